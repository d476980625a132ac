import type { DeviceResult, RunOptions } from '../progress.ts'
import type { Netlatch } from './netlatch.ts'
import type { DiscoveryOptions } from './plan-discovery.ts'
import { planVisits } from './plan-visits.ts'
import { findDevice } from './select-targets.ts'
import { type VisitOptions, visitDevices } from './visit-devices.ts'

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** A person's terminal on a device: raw bytes both ways. What the device sends is for a terminal emulator, nothing else. */
export interface DeviceTerminal {
  readonly credential: string
  readonly address: string
  write(text: string): void
  resize(size: TerminalSize): void
  /** UTF-8 that a chunk cut in two is put together. Secrets opened in this process are **not** replaced: the device echoes. */
  onData(callback: (text: string) => void): void
  /** Back-pressure: a paused terminal asks the device for no more. */
  pause(): void
  resume(): void
  close(): void
}

export interface TerminalOptions
  extends RunOptions,
    Pick<DiscoveryOptions, 'includeFallback'>,
    Pick<VisitOptions<DeviceResult>, 'timeoutMs'> {
  readonly size: TerminalSize
  /** Only this one, a fallback credential too. @default the device's candidates, in their order */
  readonly credential?: string
  /** Called once, when the device has let a credential in and gave a shell. */
  readonly onOpen: (terminal: DeviceTerminal) => void
}

/**
 * Logs in to a device as `testCredential` does and hands out an interactive shell, until either side closes it. The result says
 * what opened it, or why nothing did; `onOpen` was not called then. Nothing is kept of what is typed or shown.
 */
export async function openTerminal(netlatch: Netlatch, name: string, options: TerminalOptions): Promise<DeviceResult> {
  const { size, credential, onOpen, ...run } = options
  const device = findDevice(netlatch, name)
  const asked = credential === undefined ? {} : { askedFor: credential, credentials: [credential] }
  const { targets, foregone, knowledge } = await planVisits(netlatch, [device], { ...run, ...asked })
  const visits = visitDevices(netlatch, targets, knowledge, {
    ...run,
    operation: 'terminal',
    selection: `name:${name}`,
    order: 'resolution',
    reuse: true,
    foregone,
    maxWaitMs: 0,
    // A person's session does not say what the device's prompt allows.
    save: false,
    work: async ({ connection, credential: opened, ports }) => {
      const abortable = ports.signal ? { signal: ports.signal } : {}
      await using shell = await connection.shell(size, abortable)
      const closed = Promise.withResolvers<void>()
      const decoder = new TextDecoder()
      shell.onClose(closed.resolve)
      ports.signal?.addEventListener('abort', () => closed.resolve(), { once: true })
      onOpen({
        credential: opened.name,
        address: connection.address,
        write: (text) => shell.write(text),
        resize: (to) => shell.resize(to),
        onData: (callback) => shell.onData((chunk) => callback(decoder.decode(chunk, { stream: true }))),
        pause: () => shell.pause(),
        resume: () => shell.resume(),
        close: closed.resolve,
      })
      await closed.promise
      return { facts: { code: 'OPENED', details: { credential: opened.name } } }
    },
  })
  const results = await Array.fromAsync(visits)
  return results[0] as DeviceResult
}
