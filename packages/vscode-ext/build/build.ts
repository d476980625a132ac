import { bundleExtension } from './bundle.ts'

process.stdout.write(`${await bundleExtension({ minify: process.argv.includes('--minify') })}\n`)
