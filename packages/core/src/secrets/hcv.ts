import type { Device } from '../model.ts'
import { type LoginSecret, Secret } from '../secret.ts'
import { fillReference, locationOf, loginOf, unavailable } from './reference.ts'
import type { SecretProvider } from './secret-provider.ts'

export interface HcvProviderOptions {
  /** VAULT_ADDR or BAO_ADDR: `https://vault.example.net:8200`. */
  readonly address: string | undefined
  /** Asked at each look-up, because tokens are renewed. VAULT_TOKEN, BAO_TOKEN or the content of ~/.vault-token. */
  readonly token: () => Promise<Secret | undefined>
  /** VAULT_NAMESPACE. */
  readonly namespace?: string | undefined
  /** @default 10_000 */
  readonly timeoutMs?: number
}

const largestAnswer = 256 * 1024

/**
 * `hcv:network/fra/core-1`: mount `network`, secret `fra/core-1` in a KV version 2 store of HashiCorp Vault or OpenBao. Its fields
 * password, private_key, passphrase and enable make the login; `#field` takes another field as the password.
 */
export function createHcvProvider(options: HcvProviderOptions): SecretProvider {
  return {
    scheme: 'hcv',
    use: async (reference, device, fn, { signal } = {}) => {
      signal?.throwIfAborted()
      const filled = fillReference(locationOf('hcv', reference), device)
      const [path = '', field] = filled.split('#')
      const values = await readSecret(options, path, device, signal)
      if (!values) return null
      const secret = field === undefined ? loginOf(values, device, `hcv:${path}`) : fieldOf(values, field, device, path)
      return secret && fn(secret)
    },
  }
}

async function readSecret(
  options: HcvProviderOptions,
  path: string,
  device: Device,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, unknown>> | null> {
  const url = secretUrl(options.address, path, device)
  const token = await options.token().catch((cause: unknown) => {
    throw unavailable(device, 'hcv: its token cannot be read', cause)
  })
  if (!token) throw unavailable(device, 'hcv: has no token: set VAULT_TOKEN, or log in with vault login')
  const limit = AbortSignal.timeout(options.timeoutMs ?? 10_000)
  const where = `hcv:${path}`
  try {
    const answer = await fetch(url, {
      headers: {
        'X-Vault-Token': token.reveal(),
        'X-Vault-Request': 'true',
        ...(options.namespace && { 'X-Vault-Namespace': options.namespace }),
      },
      // fetch would carry the token to wherever a redirect points.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
    })
    if (answer.status === 404) {
      await answer.body?.cancel()
      return null
    }
    if (answer.status !== 200) {
      await answer.body?.cancel()
      throw unavailable(device, `${where}: ${statusText(answer.status)}`)
    }
    return dataOf(await readLimited(answer, device, where), device, where)
  } catch (cause) {
    signal?.throwIfAborted()
    if (limit.aborted) throw unavailable(device, `${where}: the server did not answer in time`)
    if (cause instanceof TypeError) throw unavailable(device, `${where}: ${url.host} could not be reached`, cause)
    throw cause
  }
}

function secretUrl(address: string | undefined, path: string, device: Device): URL {
  const parts = path.split('/')
  const [mount, ...rest] = parts
  if (!mount || rest.length === 0 || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw unavailable(device, `hcv:${path} must name a mount and a secret, as hcv:network/core-1`)
  const base = address && URL.canParse(address) ? new URL(address) : undefined
  if (!base) throw unavailable(device, 'hcv: has no server: set VAULT_ADDR to its address')
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(base.hostname)
  // The token and every secret would cross the network in the clear.
  if (base.protocol !== 'https:' && !(base.protocol === 'http:' && isLocal))
    throw unavailable(device, `hcv: VAULT_ADDR must start with https://, not ${base.protocol}//`)
  const prefix = base.pathname.replace(/\/$/, '')
  return new URL(`${prefix}/v1/${[mount, 'data', ...rest].map(encodeURIComponent).join('/')}`, base)
}

async function readLimited(answer: Response, device: Device, where: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > largestAnswer) throw unavailable(device, `${where}: the answer is too large for a secret`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** KV version 2 wraps the fields twice; a deleted version has no fields. */
function dataOf(text: string, device: Device, where: string): Readonly<Record<string, unknown>> | null {
  const inner = member(member(parseJson(text), 'data'), 'data')
  if (inner === null) return null
  if (typeof inner !== 'object' || inner === undefined || Array.isArray(inner))
    throw unavailable(device, `${where}: the answer is not that of a KV version 2 store`)
  return { ...inner }
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message would quote the answer, which holds the secret.
    return undefined
  }
}

function fieldOf(
  values: Readonly<Record<string, unknown>>,
  field: string,
  device: Device,
  path: string,
): LoginSecret | null {
  const value = Object.hasOwn(values, field) ? values[field] : undefined
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string') throw unavailable(device, `${field} of hcv:${path} is not a text`)
  return { password: new Secret(value) }
}

function statusText(status: number): string {
  if (status >= 300 && status < 400)
    return `the server sends us elsewhere (HTTP ${status}): set VAULT_ADDR to the active one`
  if (status === 403) return 'the token may not read it (HTTP 403)'
  if (status === 503) return 'the server is sealed or not ready (HTTP 503)'
  return `the server answered HTTP ${status}`
}
