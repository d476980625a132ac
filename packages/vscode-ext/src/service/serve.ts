import { NetlatchError } from '@netlatch/core'
import type { CarriedError, MessageEnd, Methods, ToCaller, ToService } from './rpc.ts'

/** Answers calls at the worker's end. Returns how to tell the other end something that it did not ask for. */
export function serve(port: MessageEnd, methods: Methods): (notice: unknown) => void {
  const running = new Map<number, { readonly stop: AbortController; input: ((input: unknown) => void) | undefined }>()
  const send = (message: ToCaller) => port.postMessage(message)
  const call = async (id: number, name: string, params: unknown) => {
    const stop = new AbortController()
    const entry = { stop, input: undefined as ((input: unknown) => void) | undefined }
    running.set(id, entry)
    try {
      const method = Object.hasOwn(methods, name) ? methods[name] : undefined
      if (!method) throw new Error(`there is no method ${name}`)
      const result = await method(params as never, {
        signal: stop.signal,
        emit: (event) => send({ type: 'event', id, event }),
        onInput: (callback) => {
          entry.input = callback
        },
      })
      send({ type: 'result', id, result })
    } catch (error) {
      send({ type: 'error', id, error: carry(error) })
    } finally {
      running.delete(id)
    }
  }
  port.on('message', (raw) => {
    const message = raw as ToService
    if (message.type === 'call') void call(message.id, message.method, message.params)
    else if (message.type === 'abort') running.get(message.id)?.stop.abort(new Error('stopped'))
    else running.get(message.id)?.input?.(message.input)
  })
  return (notice) => send({ type: 'notice', notice })
}

function carry(error: unknown): CarriedError {
  if (error instanceof NetlatchError) {
    const { code, message, advice, at } = error
    return { code, message, ...(advice !== undefined && { advice }), ...(at && { at }) }
  }
  return error instanceof Error
    ? { message: error.message, ...(error.stack && { stack: error.stack }) }
    : { message: String(error) }
}
