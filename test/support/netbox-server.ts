import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface NetBoxServerOptions {
  readonly devices: readonly object[]
  readonly token: string
  /** NetBox caps what may be asked for. @default 50 */
  readonly maxPageSize?: number
}

type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean

/** Answers as NetBox's `/api/dcim/devices/` does: pages, filters by slug, tokens. */
export class NetBoxServer implements AsyncDisposable {
  readonly url: string
  readonly requests: { readonly url: URL; readonly authorization: string | undefined }[] = []
  readonly #close: () => void
  #handler: Handler = () => false
  devices: readonly object[]

  private constructor(url: string, options: NetBoxServerOptions, close: () => void) {
    this.url = url
    this.devices = options.devices
    this.#close = close
  }

  static async start(options: NetBoxServerOptions): Promise<NetBoxServer> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '', 'http://127.0.0.1')
      netbox.requests.push({ url, authorization: request.headers.authorization })
      if (!netbox.#handler(request, response, url)) netbox.#answer(request, response, url, options)
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const netbox = new NetBoxServer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, options, () => {
      server.closeAllConnections()
      server.close()
    })
    return netbox
  }

  /** Answers before the API does; a handler that returns false leaves it to the API. */
  intercept(handler: Handler): void {
    this.#handler = handler
  }

  #answer(request: IncomingMessage, response: ServerResponse, url: URL, options: NetBoxServerOptions): void {
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.headers.authorization !== `Token ${options.token}`) return void send(403, { detail: 'Invalid token' })
    if (url.pathname !== '/api/dcim/devices/') return void send(404, { detail: 'Not found.' })
    const wanted = [...url.searchParams].filter(([key]) => !['limit', 'offset', 'ordering', 'exclude'].includes(key))
    if (wanted.some(([key, value]) => key === 'tenant' && value !== 'acme'))
      return void send(400, { tenant: ['Select a valid choice. That is not one of the available choices.'] })
    const found = this.devices.filter((device) =>
      wanted.every(
        ([key, value]) => key !== 'status' || (device as { status?: { value: string } }).status?.value === value,
      ),
    )
    const limit = Math.min(Number(url.searchParams.get('limit')), options.maxPageSize ?? 50)
    const offset = Number(url.searchParams.get('offset') ?? 0)
    send(200, {
      count: found.length,
      next: offset + limit < found.length ? `http://elsewhere.invalid/api/?offset=${offset + limit}` : null,
      previous: null,
      results: found.slice(offset, offset + limit),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close()
  }
}

/** A device as NetBox 4 shows it; `more` replaces fields. */
export function netBoxDevice(id: number, more: object = {}): object {
  return {
    id,
    name: `sw-${String(id).padStart(4, '0')}`,
    device_type: { id: 1, manufacturer: { slug: 'cisco' }, model: 'C9300', slug: 'c9300' },
    role: { id: 1, name: 'Access', slug: 'access' },
    tenant: { id: 1, name: 'Acme', slug: 'acme' },
    platform: { id: 1, name: 'Cisco IOS-XE 17.9', slug: 'cisco-ios-xe-17-9' },
    serial: `FTX${id}`,
    site: { id: 1, name: 'Frankfurt', slug: 'fra' },
    status: { value: 'active', label: 'Active' },
    primary_ip: { id, address: `10.0.${id >> 8}.${id & 255}/24`, family: { value: 4, label: 'IPv4' } },
    primary_ip4: { id, address: `10.0.${id >> 8}.${id & 255}/24` },
    primary_ip6: null,
    oob_ip: null,
    virtual_chassis: null,
    tags: [{ id: 1, name: 'Managed', slug: 'managed' }],
    custom_fields: {},
    ...more,
  }
}
