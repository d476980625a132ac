import { statSync } from 'node:fs'
import { packageVsix } from './package-vsix.ts'

const path = await packageVsix()
process.stdout.write(`${path}, ${(statSync(path).size / 1024 / 1024).toFixed(1)} MB\n`)
