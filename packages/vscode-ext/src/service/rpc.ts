import type { Origin } from '@netlatch/core'

/** The two ends of a worker's message channel: the worker's own port, and the Worker object. */
export interface MessageEnd {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
}

/** What a method gets beside its parameters. */
export interface CallContext {
  /** Fires when the caller gave up. */
  readonly signal: AbortSignal
  /** Sends something on the way to the result. */
  emit(event: unknown): void
  /** Calls back for what the caller sends on the way. */
  onInput(callback: (input: unknown) => void): void
}

/** Parameters, results, events and inputs are plain data: they are copied between threads. */
export type Method = (params: never, context: CallContext) => Promise<unknown>
export type Methods = Readonly<Record<string, Method>>

export type ToService =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'input'; readonly id: number; readonly input: unknown }
  | { readonly type: 'abort'; readonly id: number }

export type ToCaller =
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'event'; readonly id: number; readonly event: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: CarriedError }
  | { readonly type: 'notice'; readonly notice: unknown }

export interface CarriedError {
  readonly message: string
  /** Absent: not one of ours, a mistake in the program. */
  readonly code?: string
  readonly advice?: string
  readonly at?: Origin
  readonly stack?: string
}

/** A failure on the other side, with what a person can do about it. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: string | undefined
  readonly advice: string | undefined
  readonly at: Origin | undefined

  constructor({ message, code, advice, at }: CarriedError) {
    super(message)
    this.code = code
    this.advice = advice
    this.at = at
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal
  readonly onEvent?: (event: never) => void
  /** Given a function that sends input to the method as it runs. */
  readonly onStart?: (send: (input: unknown) => void) => void
}

type ParamsOf<M> = M extends (params: infer P, context: CallContext) => Promise<unknown> ? P : never
type ResultOf<M> = M extends (...args: never[]) => Promise<infer R> ? R : never

/** The caller's end. */
export class ServiceClient<M extends object> {
  readonly #port: MessageEnd
  readonly #waiting = new Map<number, { readonly done: PromiseWithResolvers<unknown>; readonly options: CallOptions }>()
  #nextId = 1

  constructor(port: MessageEnd, onNotice: (notice: unknown) => void = () => undefined) {
    this.#port = port
    port.on('message', (raw) => {
      const message = raw as ToCaller
      if (message.type === 'notice') return onNotice(message.notice)
      const waiting = this.#waiting.get(message.id)
      if (!waiting) return
      if (message.type === 'event') return waiting.options.onEvent?.(message.event as never)
      this.#waiting.delete(message.id)
      if (message.type === 'result') waiting.done.resolve(message.result)
      else waiting.done.reject(new ServiceError(message.error))
    })
  }

  async call<K extends keyof M & string>(
    method: K,
    params: ParamsOf<M[K]>,
    options: CallOptions = {},
  ): Promise<ResultOf<M[K]>> {
    const id = this.#nextId++
    const done = Promise.withResolvers<unknown>()
    this.#waiting.set(id, { done, options })
    const post = (message: ToService) => this.#port.postMessage(message)
    post({ type: 'call', id, method, params })
    options.onStart?.((input) => post({ type: 'input', id, input }))
    const abort = () => post({ type: 'abort', id })
    options.signal?.addEventListener('abort', abort, { once: true })
    if (options.signal?.aborted) abort()
    try {
      return (await done.promise) as ResultOf<M[K]>
    } finally {
      options.signal?.removeEventListener('abort', abort)
    }
  }

  /** The other end is gone: nobody will answer. */
  fail(reason: string): void {
    for (const { done } of this.#waiting.values()) done.reject(new ServiceError({ message: reason }))
    this.#waiting.clear()
  }
}
