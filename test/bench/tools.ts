import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runProgram } from './client-process.ts'
import type { BareDevice, Measurement } from './clients/job.ts'

/** Programs of others that save configurations, measured where they are installed; started by Python. */
export type Tool = 'rancid' | 'ansible'

export interface FoundTool {
  readonly program: string
  /** `rancid 3.13` */
  readonly version: string
}

const client = fileURLToPath(new URL('./clients/tools-client.py', import.meta.url))

/** RANCID's programs stand beside the PATH on Debian. */
const programs: Readonly<Record<Tool, readonly string[]>> = {
  rancid: ['/usr/lib/rancid/bin/clogin', '/usr/libexec/rancid/clogin', 'clogin'],
  ansible: ['ansible-playbook'],
}

const askVersion: Readonly<Record<Tool, string>> = { rancid: '-V', ansible: '--version' }

/** Undefined where it is not installed. */
export async function findTool(tool: Tool): Promise<FoundTool | undefined> {
  for (const program of programs[tool].filter((each) => !each.startsWith('/') || existsSync(each))) {
    const asked = await promisify(execFile)(program, [askVersion[tool]]).catch(() => undefined)
    const version = asked && /(\d+(?:\.\d+)+)/.exec(`${asked.stdout}${asked.stderr}`)?.[1]
    if (version) return { program, version: `${tool} ${version}` }
  }
  return undefined
}

/** A run of the tool over all devices, 16 at once, as its manual has it. */
export function toolRun(
  tool: Tool,
  { program }: FoundTool,
  devices: readonly BareDevice[],
): () => Promise<Measurement> {
  const python = process.env.NETLATCH_BENCH_PYTHON ?? 'python3'
  return () => runProgram(python, [client], { tool, program, devices, atOnce: 16 })
}
