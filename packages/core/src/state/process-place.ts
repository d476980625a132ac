import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

/** Where and when a process runs, so that its number is not taken for another's. Empty where the system does not say. */
export interface ProcessPlace {
  readonly host: string
  /** Of the machine's last start. */
  readonly boot: string
  /** In another one the same number is another process. */
  readonly namespace: string
  /** When the process began, in ticks since the start of the machine. */
  readonly started: string
}

/** Seen from this process. Linux says all of it, other systems the host. */
export async function placeOf(pid: number): Promise<ProcessPlace> {
  const [boot, namespace, status] = await Promise.all([
    orEmpty(readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    orEmpty(readlink('/proc/self/ns/pid')),
    orEmpty(readFile(`/proc/${pid}/stat`, 'utf8')),
  ])
  // The name, in parentheses, may hold anything; field 22 is the 20th after it: proc_pid_stat(5).
  const started = status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return { host: hostname(), boot: boot.trim(), namespace, started }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}

async function orEmpty(text: Promise<string>): Promise<string> {
  return text.catch(() => '')
}
