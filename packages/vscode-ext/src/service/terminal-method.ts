import { type DeviceResult, type DeviceTerminal, type Netlatch, openTerminal, type TerminalSize } from '@netlatch/core'
import type { CallContext } from './rpc.ts'

export interface TerminalParams {
  readonly device: string
  readonly size: TerminalSize
  /** A credential that was chosen, a fallback too. */
  readonly credential?: string
}

export type TerminalEvent =
  | { readonly type: 'open'; readonly credential: string; readonly address: string }
  | { readonly type: 'data'; readonly text: string }

export type TerminalInput =
  | { readonly type: 'write'; readonly text: string }
  | { readonly type: 'resize'; readonly size: TerminalSize }
  | { readonly type: 'close' }

/** A terminal over the calls' channel: events one way, input the other. Resolves when the session is over. */
export function terminalMethod(
  netlatch: Netlatch,
  params: TerminalParams,
  context: CallContext,
): Promise<DeviceResult> {
  const { device, size, credential } = params
  const stop = new AbortController()
  context.signal.addEventListener('abort', () => stop.abort(context.signal.reason), { once: true })
  let terminal: DeviceTerminal | undefined
  context.onInput((raw) => {
    const input = raw as TerminalInput
    if (input.type === 'write') terminal?.write(input.text)
    else if (input.type === 'resize') terminal?.resize(input.size)
    else if (terminal) terminal.close()
    else stop.abort(new Error('closed'))
  })
  return openTerminal(netlatch, device, {
    size,
    signal: stop.signal,
    ...(credential !== undefined && { credential }),
    onOpen: (opened) => {
      terminal = opened
      context.emit({ type: 'open', credential: opened.credential, address: opened.address })
      opened.onData((text) => context.emit({ type: 'data', text }))
    },
  })
}
