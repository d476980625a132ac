import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runProgram } from './client-process.ts'
import type { BareDevice, Measurement } from './clients/job.ts'

/** Programs that do the same work and are measured where they are installed. */
export type Peer = 'netmiko' | 'paramiko'

export interface Peers {
  readonly installed: readonly Peer[]
  readonly versions: ReadonlyMap<Peer, string>
  /** Why a peer is not measured. */
  readonly missing: ReadonlyMap<Peer, string>
}

const python = process.env.NETLATCH_BENCH_PYTHON ?? 'python3'
const client = fileURLToPath(new URL('./clients/python-client.py', import.meta.url))

/** Python packages; another Python than `python3` is named by NETLATCH_BENCH_PYTHON. */
export async function findPeers(): Promise<Peers> {
  const names: readonly Peer[] = ['netmiko', 'paramiko']
  const versions = new Map<Peer, string>()
  for (const name of names) {
    const script = `import ${name}; print(${name}.__version__)`
    const found = await promisify(execFile)(python, ['-c', script]).catch(() => undefined)
    if (found) versions.set(name, `${name} ${found.stdout.trim()}`)
  }
  const missing = names.filter((name) => !versions.has(name)).map((name) => [name, 'not installed'] as const)
  return { installed: [...versions.keys()], versions, missing: new Map(missing) }
}

interface PeerJob {
  readonly peer: Peer
  readonly task: 'discover' | 'backup'
  readonly devices: readonly BareDevice[]
  readonly threads: number
}

/** The installed ones as contestants, with 64 threads. */
export function peerRuns(
  peers: readonly Peer[],
  task: PeerJob['task'],
  devices: readonly BareDevice[],
): Partial<Record<Peer, () => Promise<Measurement>>> {
  const run = (peer: Peer) => () => runProgram(python, [client], { peer, task, devices, threads: 64 } satisfies PeerJob)
  return Object.fromEntries(peers.map((peer) => [peer, run(peer)]))
}
