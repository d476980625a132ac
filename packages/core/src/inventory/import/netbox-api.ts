import { setTimeout as sleep } from 'node:timers/promises'
import { NetlatchError } from '../../errors.ts'
import type { Secret } from '../../secret.ts'

export interface NetBoxApi {
  readonly url: string
  readonly token: Secret
  readonly filter?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** For one page. @default 30_000 */
  readonly timeoutMs?: number
  /** Devices asked for at once; NetBox may give fewer. @default 500 */
  readonly pageSize?: number
  /** Waits between tries. @default a timer */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

type Json = Readonly<Record<string, unknown>>

/** Pauses before the second, third … try. */
const pausesMs = [1_000, 4_000, 15_000]
const longestPauseMs = 60_000
const largestPage = 64 * 1024 * 1024
const mostDevices = 1_000_000
/** Readings from the start before a server whose devices keep changing is given up. */
const rounds = 3

/** What a filter may not set: it is what the paging needs. */
const reserved = ['limit', 'offset', 'format', 'brief', 'fields', 'exclude', 'ordering']

/**
 * All devices of a filter, page by page. Busy and broken answers are asked for again a few times. Throws
 * SOURCE_FAILED; an inventory that came only in part is an error too. The token goes to the server of `url` only: pages
 * are asked for by number, and neither a redirect nor the answer's own links are followed.
 */
export async function fetchNetBoxDevices(api: NetBoxApi): Promise<readonly Json[]> {
  const base = baseUrl(api.url)
  const filter = checkFilter(api.filter ?? '')
  for (let round = 1; round <= rounds; round += 1) {
    const devices = await readPages(api, base, filter)
    if (devices) return devices
  }
  throw failed(`${base.host}: its devices changed while they were read, ${rounds} times`, 'Run it again.')
}

/** Undefined when devices came or went between two pages: those behind them moved, and some may have been missed. */
async function readPages(api: NetBoxApi, base: URL, filter: string): Promise<readonly Json[] | undefined> {
  const devices = new Map<unknown, Json>()
  let first: number | undefined
  for (let offset = 0; ; ) {
    const url = new URL(`${base.pathname.replace(/\/$/, '')}/api/dcim/devices/`, base)
    const page = [`limit=${api.pageSize ?? 500}`, `offset=${offset}`, 'ordering=id', 'exclude=config_context']
    url.search = [filter, ...page].filter(Boolean).join('&')
    const { count, results } = pageOf(await askPatiently(api, url, base.host), base.host)
    first ??= count
    for (const device of results) devices.set(device.id, device)
    offset += results.length
    if (count !== first || devices.size !== offset) return undefined
    if (offset >= count) return [...devices.values()]
    if (results.length === 0) throw failed(`${base.host}: gave ${offset} of ${count} devices`, 'Run it again.')
    if (offset > mostDevices) throw failed(`${base.host}: gives more than ${mostDevices} devices`, 'Narrow --filter.')
  }
}

function baseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new NetlatchError('USAGE', '--url is no address of a NetBox.', { advice: 'As: https://netbox.example.net' })
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  // The token would cross the network in the clear.
  if (url.protocol === 'http:' && !isLocal)
    throw new NetlatchError('USAGE', `--url must start with https://, or the token is readable on the way.`, {
      advice: `As: https://${url.host}`,
    })
  return new URL(url.pathname.replace(/\/api\/?$/, ''), url)
}

function checkFilter(filter: string): string {
  const parameters = new URLSearchParams(filter.replace(/^\?/, ''))
  const wrong = reserved.find((name) => parameters.has(name))
  if (wrong !== undefined)
    throw new NetlatchError('USAGE', `--filter: ${wrong} cannot be set.`, { advice: 'Leave it out.' })
  return parameters.toString()
}

async function askPatiently(api: NetBoxApi, url: URL, host: string): Promise<string> {
  const wait = api.wait ?? ((ms, signal) => sleep(ms, undefined, { ...(signal && { signal }) }))
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask(api, url, host)
    if ('text' in answer) return answer.text
    const pause = pausesMs[attempt]
    if (pause === undefined) throw failed(`${host}: ${answer.problem}`, 'Try again later.', answer.cause)
    await wait(Math.min(answer.afterMs ?? pause, longestPauseMs), api.signal)
    api.signal?.throwIfAborted()
  }
}

type Answer =
  | { readonly text: string }
  /** Worth another try. */
  | { readonly problem: string; readonly afterMs?: number; readonly cause?: unknown }

async function ask(api: NetBoxApi, url: URL, host: string): Promise<Answer> {
  api.signal?.throwIfAborted()
  const seconds = (api.timeoutMs ?? 30_000) / 1000
  const limit = AbortSignal.timeout(api.timeoutMs ?? 30_000)
  const token = api.token.reveal()
  try {
    const answer = await fetch(url, {
      headers: {
        // Tokens of NetBox 4.5 and later name themselves, and are sent as bearer tokens.
        Authorization: `${token.startsWith('nbt_') ? 'Bearer' : 'Token'} ${token}`,
        Accept: 'application/json',
      },
      redirect: 'manual',
      signal: api.signal ? AbortSignal.any([limit, api.signal]) : limit,
    })
    if (answer.status === 200) return { text: await readLimited(answer, host) }
    if (answer.status === 400)
      throw failed(`${host}: ${refusedFilter(await readLimited(answer, host))}`, 'Correct --filter.')
    await answer.body?.cancel()
    if (answer.status === 429 || answer.status >= 500) {
      const afterMs = retryAfterMs(answer)
      return { problem: `answered HTTP ${answer.status} again and again`, ...(afterMs !== undefined && { afterMs }) }
    }
    throw failed(`${host}: ${statusText(answer.status)}`, adviceFor(answer.status))
  } catch (cause) {
    api.signal?.throwIfAborted()
    if (limit.aborted) return { problem: `did not answer in ${seconds} s` }
    if (cause instanceof TypeError) return { problem: unreachable(cause), cause }
    throw cause
  }
}

async function readLimited(answer: Response, host: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > largestPage) throw failed(`${host}: a page is larger than 64 MB`, 'Narrow --filter.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function pageOf(text: string, host: string): { readonly count: number; readonly results: readonly Json[] } {
  const page = asObject(parseJson(text))
  const results = page?.results
  const isPage = typeof page?.count === 'number' && Array.isArray(results) && results.every((each) => asObject(each))
  if (!isPage)
    throw failed(`${host}: the answer is not that of a NetBox`, 'Correct --url: the address of NetBox, without /api.')
  return { count: page.count as number, results: results as readonly Json[] }
}

/** `tenant: Select a valid choice.` NetBox names the fields that it did not like. */
function refusedFilter(text: string): string {
  const fields = Object.entries(asObject(parseJson(text)) ?? {}).map(([field, value]) => {
    const says = [value].flat().filter((each) => typeof each === 'string')
    return `${field}: ${says.join(' ')}`
  })
  const shown = fields.join('; ').replaceAll(/\p{C}/gu, ' ').slice(0, 300)
  return `refused the filter${shown === '' ? '' : ` (${shown})`}`
}

function statusText(status: number): string {
  if (status === 401 || status === 403) return `the token may not read devices (HTTP ${status})`
  if (status >= 300 && status < 400) return `sends us elsewhere (HTTP ${status})`
  return `answered HTTP ${status}`
}

function adviceFor(status: number): string {
  if (status === 401 || status === 403) return 'Check the token: it needs the right to view devices (dcim | device).'
  return status >= 300 && status < 405
    ? 'Correct --url: the address of NetBox, without /api.'
    : 'Look at what NetBox logs.'
}

function retryAfterMs(answer: Response): number | undefined {
  const given = answer.headers.get('retry-after') ?? ''
  return /^\d{1,5}$/.test(given) ? Number(given) * 1000 : undefined
}

function unreachable(error: TypeError): string {
  const cause: unknown = error.cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (/CERT|SELF_SIGNED|ISSUER/.test(code))
    return `its certificate is not trusted (${code}); NODE_EXTRA_CA_CERTS names your own authority`
  return `could not be reached${code === '' ? '' : ` (${code})`}`
}

function failed(message: string, advice: string, cause?: unknown): NetlatchError {
  return new NetlatchError('SOURCE_FAILED', `${message}. Nothing was written.`, {
    advice,
    ...(cause !== undefined && { cause }),
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Some other server's page.
    return undefined
  }
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
}
