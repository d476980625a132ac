import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { NetlatchError } from '../errors.ts'
import type { Abortable } from '../progress.ts'
import { deviceText } from './device-text.ts'
import type { Forwarder } from './transport.ts'

export interface SshJumpHostOptions {
  /** @default 'ssh' */
  readonly program?: string
  /** Put before what Netlatch asks for: `['-F', 'ssh_config']`. @default [] */
  readonly extraArguments?: readonly string[]
}

/**
 * A jump host as the user's own OpenSSH knows it: `ssh -W` with their configuration, agent, certificates and open master
 * connections. One process per stream; it never asks anything (BatchMode). Throws INPUT_INVALID for a host that ssh would
 * read as an option. Disposing it ends the processes that still run.
 */
export function openSshJumpHost(host: string, options: SshJumpHostOptions = {}): Forwarder & AsyncDisposable {
  if (!/^[^-\s\p{C}][^\s\p{C}]*$/u.test(host)) {
    throw new NetlatchError('INPUT_INVALID', `jump host ${JSON.stringify(host)}: not a Host of an ssh configuration`, {
      advice: 'write the name that stands after Host in ~/.ssh/config',
    })
  }
  const running = new Set<Duplex>()
  return {
    name: host,
    forward: async (to, port, { signal }: Abortable = {}) => {
      signal?.throwIfAborted()
      const stream = startSsh(host, to, port, options)
      running.add(stream)
      stream.once('close', () => running.delete(stream))
      return stream
    },
    [Symbol.asyncDispose]: async () => {
      for (const stream of running) stream.destroy()
    },
  }
}

/**
 * The stream is there before ssh has connected: it says nothing when it has. Where it fails, the stream fails before its
 * first byte, with the NetlatchError that says why.
 */
function startSsh(host: string, to: string, port: number, options: SshJumpHostOptions): Duplex {
  const destination = `${to.includes(':') ? `[${to}]` : to}:${port}`
  // No shell; `--` ends the options, so that nothing of the inventory is one.
  const args = [...(options.extraArguments ?? []), '-o', 'BatchMode=yes', '-W', destination, '--', host]
  const child = spawn(options.program ?? 'ssh', args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  let complaint = ''
  let answered = false
  const stream = new Duplex({
    read: () => child.stdout.resume(),
    // A process that is gone says so by closing; a failed write says less.
    write: (chunk, _encoding, done) => child.stdin.write(chunk, () => done()),
    final: (done) => child.stdin.end(() => done()),
    destroy: (error, done) => {
      child.kill()
      done(error)
    },
  })
  stream.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.stdout.on('data', (chunk: Buffer) => {
    answered = true
    if (!stream.push(chunk)) child.stdout.pause()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    if (complaint.length < 4_000) complaint += chunk.toString('latin1')
  })
  child.once('error', (error) => {
    stream.destroy(jumpHostFailed(host, `ssh cannot be started (${'code' in error ? error.code : 'unknown'})`))
  })
  // Comes after the last byte of its output, unlike `exit`.
  child.once('close', () => {
    if (answered) stream.push(null)
    else stream.destroy(forwardFailed(host, to, port, lastLine(complaint)))
  })
  return stream
}

function forwardFailed(host: string, to: string, port: number, why: string): NetlatchError {
  const [, reason] = /open failed: connect failed: (.*)$/i.exec(why) ?? []
  if (reason === undefined) return jumpHostFailed(host, why)
  const refused = /refused/i.test(reason)
  const message = `port ${port} of ${to} ${refused ? 'refused' : `cannot be reached (${reason})`}, seen from jump host ${host}`
  return new NetlatchError(refused ? 'REFUSED' : 'UNREACHABLE', message, {
    details: { jumpHost: host, host: to, port },
  })
}

function jumpHostFailed(host: string, why: string): NetlatchError {
  return new NetlatchError('JUMP_HOST_FAILED', `jump host ${host} failed (${why})`, {
    advice: `see what this says: ssh -v ${host} true`,
    details: { jumpHost: host },
  })
}

/** What ssh says last is why it ends; `stdio forwarding failed` only repeats that it does. */
function lastLine(complaint: string): string {
  const lines = complaint.split('\n').map((line) => deviceText(line))
  return lines.findLast((line) => line !== '' && line !== 'stdio forwarding failed') ?? 'ssh ended without a word'
}
