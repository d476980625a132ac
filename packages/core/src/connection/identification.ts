import type { Duplex } from 'node:stream'
import { NetlatchError } from '../errors.ts'
import { deviceText } from './device-text.ts'
import { within } from './limits.ts'

/** RFC 4253 §4.2 lets a server talk before it identifies itself. Nobody sane fills this. */
const maximumBytes = 32_768
const maximumLine = 512

const identificationLine = /^SSH-(2\.0|1\.99)-[^ ]+( .*)?$/
const busyWords =
  /maxstartups|too many|not allowed at this time|no (free|more|available)|all .*(lines|sessions).*(busy|in use)|maximum .*(sessions|connections)|connection limit|server is busy|busy.*try again/i

interface IdentificationContext {
  readonly name: string
  readonly port: number
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/**
 * Reads up to the server's identification line and puts that line, and all that follows it, back into the stream. ssh2 gets
 * it whole: its own reader loses bytes of a line that comes in more than two pieces, and knows neither time nor a byte limit.
 * Throws NOT_SSH, DEVICE_BUSY, TIMED_OUT.
 */
export async function readIdentification(stream: Duplex, context: IdentificationContext): Promise<string> {
  const found = Promise.withResolvers<string>()
  let bytes: Buffer = Buffer.alloc(0)
  const onData = (chunk: Buffer) => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
    const seen = findIdentification(bytes)
    if (seen === undefined) return
    stream.pause()
    stream.removeListener('data', onData)
    if (seen.line === undefined) return found.reject(notSsh(context, bytes, seen.why))
    stream.unshift(bytes.subarray(seen.start))
    found.resolve(seen.line)
  }
  const onEnd = () => found.reject(ended(context, bytes))
  // A stream through the system's ssh fails with its own reason.
  const onError = (error: Error) => found.reject(error instanceof NetlatchError ? error : ended(context, bytes))
  stream.on('data', onData)
  stream.on('end', onEnd)
  stream.on('close', onEnd)
  stream.on('error', onError)
  stream.resume()
  try {
    return await within(found.promise, context.timeoutMs, () => late(context, bytes), context.signal)
  } finally {
    stream.removeListener('data', onData)
    stream.removeListener('end', onEnd)
    stream.removeListener('close', onEnd)
    stream.removeListener('error', onError)
  }
}

type Found =
  | { readonly line: string; readonly start: number }
  | { readonly line: undefined; readonly why: string }
  | undefined

function findIdentification(bytes: Buffer): Found {
  // Telnet's IAC opens its option negotiation; no text starts with it.
  if (bytes[0] === 0xff) return { line: undefined, why: 'speaks Telnet' }
  let start = 0
  for (;;) {
    const end = bytes.indexOf(0x0a, start)
    if (end === -1) break
    const line = bytes.toString('latin1', start, end).replace(/\r$/, '')
    if (line.startsWith('SSH-')) {
      if (identificationLine.test(line) && line.length <= maximumLine)
        return { line: deviceText(line, maximumLine), start }
      return {
        line: undefined,
        why: /^SSH-1\./.test(line) ? 'speaks only SSH version 1' : 'sent no valid identification',
      }
    }
    start = end + 1
  }
  return bytes.length > maximumBytes ? { line: undefined, why: 'sent no identification' } : undefined
}

function notSsh(context: IdentificationContext, bytes: Buffer, why: string): NetlatchError {
  const said = firstWords(bytes)
  const quote = said === '' || why === 'speaks Telnet' ? '' : `: “${said}”`
  return new NetlatchError('NOT_SSH', `${context.name}: port ${context.port} ${why}${quote}`, {
    details: { port: context.port },
  })
}

function ended(context: IdentificationContext, bytes: Buffer): NetlatchError {
  const said = firstWords(bytes)
  if (said !== '' && !busyWords.test(said)) return notSsh(context, bytes, 'is not SSH')
  // A device without a free line accepts the connection and closes it, and so does an access list in a TCP wrapper.
  const why = said === '' ? 'without a word: no free line, or an access list' : `: “${said}”`
  return new NetlatchError('DEVICE_BUSY', `${context.name}: the connection was closed ${why}`, {
    details: { port: context.port },
  })
}

function late(context: IdentificationContext, bytes: Buffer): NetlatchError {
  if (bytes.length > 0) return notSsh(context, bytes, 'is not SSH')
  return new NetlatchError(
    'TIMED_OUT',
    `${context.name}: port ${context.port} is open, and said nothing in ${context.timeoutMs / 1000} s`,
    { details: { port: context.port } },
  )
}

function firstWords(bytes: Buffer): string {
  return deviceText(bytes.toString('latin1', 0, 400), 80)
}
