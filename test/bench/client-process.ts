import { spawn } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { ClientJob, Measurement } from './clients/job.ts'

/** Beside the libraries, which stay as they are, so that they are found from there. */
const buildFolder = fileURLToPath(new URL('../../node_modules/.cache/netlatch-bench', import.meta.url))

/** Compiles the clients: what is measured is what is published, without Node's type stripping. */
export async function buildClients(): Promise<void> {
  await rm(buildFolder, { recursive: true, force: true })
  await mkdir(buildFolder, { recursive: true })
  await build({
    entryPoints: [fileURLToPath(new URL('./clients/client.ts', import.meta.url))],
    outfile: join(buildFolder, 'client.mjs'),
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node22',
    sourcemap: true,
    logLevel: 'warning',
  })
}

export interface ClientOptions {
  /** Node's own, such as `--cpu-prof`. */
  readonly nodeOptions?: readonly string[]
}

/** One contestant, one task, one process: nothing is warm, nobody else's memory counts. */
export function runClient(job: ClientJob, { nodeOptions = [] }: ClientOptions = {}): Promise<Measurement> {
  const profile = process.env.NETLATCH_BENCH_PROFILE
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
  return runProgram(process.execPath, [...nodeOptions, ...profiling, join(buildFolder, 'client.mjs')], job)
}

/** A program that reads a job and ends with one line, a Measurement. */
export async function runProgram(program: string, options: readonly string[], job: unknown): Promise<Measurement> {
  const child = spawn(program, options, { stdio: ['pipe', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  child.stdin.end(`${JSON.stringify(job)}\n`)
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as Measurement
}
