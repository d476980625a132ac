import { runProcess } from './main.ts'
import { keepNurserySmall } from './small-nursery.ts'

keepNurserySmall()
await runProcess(process.argv.slice(2))
