import { execFile } from 'node:child_process'
import { checkoutBin } from './command-line.ts'
import type { FleetBench } from './fleet-bench.ts'

export interface BenchAnswer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** What `--json` wrote: one object a line. */
  readonly objects: readonly Record<string, unknown>[]
}

/** One command of the real command line in the workspace of a bench, without a terminal. */
export function netlatch(bench: FleetBench, ...words: readonly string[]): Promise<BenchAnswer> {
  const env = { PATH: process.env.PATH, HOME: bench.folder, LANG: 'C.UTF-8', ...bench.env }
  return new Promise((resolve) => {
    execFile(process.execPath, [checkoutBin, ...words], { cwd: bench.folder, env }, (error, stdout, stderr) => {
      const objects = words.includes('--json')
        ? stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
        : []
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr, objects })
    })
  })
}
