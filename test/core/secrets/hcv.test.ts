import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, describe, it } from 'mocha'
import { Secret } from '../../../packages/core/src/secret.ts'
import { createHcvProvider, type HcvProviderOptions } from '../../../packages/core/src/secrets/hcv.ts'
import { awkwardPassword, describeTemplateProvider, wholeLogin } from '../../support/secret-provider-conformance.ts'
import { deviceOf } from '../../support/temporary-vault.ts'

describe('hcv: references', () => {
  const token = 'hvs.a-token-of-the-test'
  const requests: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = []
  let server: Server
  let address: string

  const { privateKey, ...rest } = wholeLogin
  const secrets: Readonly<Record<string, object | null>> = {
    '/v1/network/data/password': { password: awkwardPassword, username: 'ignored', port: 22 },
    '/v1/network/data/fra/login': { ...rest, private_key: privateKey },
    '/v1/network/data/fra/core-1': { password: 'of core-1' },
    '/v1/network/data/fields': { cisco: 'of the field', number: 7 },
    '/v1/network/data/deleted': null,
    '/v1/network/data/number': { password: 7 },
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? ''
    requests.push({ url, headers: request.headers })
    const send = (status: number, body: unknown, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
    if (request.headers['x-vault-token'] !== token) return void send(403, { errors: ['permission denied'] })
    if (url.endsWith('/slow')) return
    if (url.endsWith('/sealed')) return void send(503, { errors: ['Vault is sealed'] })
    if (url.endsWith('/moved')) return void send(307, {}, { location: `${address}/v1/network/data/password` })
    if (url.endsWith('/version-1')) return void send(200, { data: { password: 'x' } })
    if (url.endsWith('/text')) return void response.writeHead(200).end('password hunter2')
    if (url.endsWith('/endless')) return void endless(response)
    const data = secrets[url]
    if (data === undefined) return void send(404, { errors: [] })
    return void send(data === null ? 404 : 200, { data: { data, metadata: { version: 3 } } })
  }

  function endless(response: ServerResponse): void {
    response.writeHead(200)
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  }

  before(async () => {
    server = createServer(answer)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  beforeEach(() => requests.splice(0))
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  const provider = (options: Partial<HcvProviderOptions> = {}) =>
    createHcvProvider({ address, token: async () => new Secret(token), ...options })
  const read = (reference: string, options: Partial<HcvProviderOptions> = {}, device = deviceOf()) =>
    provider(options).use(reference, device, async (secret) => secret.password?.reveal())

  describeTemplateProvider(async () => ({
    provider: provider(),
    password: 'hcv:network/password',
    login: 'hcv:network/fra/login',
    absent: 'hcv:network/none',
    broken: 'hcv:network/sealed',
    template: 'hcv:network/fra/{name}',
  }))

  it('asks a KV version 2 store with its token and namespace, and nothing else', async () => {
    const site = deviceOf({ site: 'fra' })
    assert.equal(await read('hcv:network/{site}/{name}', { namespace: 'team-a' }, site), 'of core-1')
    assert.equal(requests.length, 1)
    assert.equal(requests[0]?.url, '/v1/network/data/fra/core-1')
    assert.equal(requests[0]?.headers['x-vault-namespace'], 'team-a')
    await assert.rejects(read('hcv:network/{site}/{name}'), { message: /it has no site, which hcv:|it has no site/ })
  })

  it('takes one field as the password where it is named', async () => {
    assert.equal(await read('hcv:network/fields#cisco'), 'of the field')
    assert.equal(await read('hcv:network/fields#none'), null)
    assert.equal(await read('hcv:network/fields'), null)
    await assert.rejects(read('hcv:network/fields#number'), { code: 'SECRET_UNAVAILABLE' })
    await assert.rejects(read('hcv:network/number'), {
      code: 'SECRET_UNAVAILABLE',
      message: /password of hcv:network\/number is not a text/,
    })
  })

  it('has nothing where the last version was deleted', async () => {
    assert.equal(await read('hcv:network/deleted'), null)
  })

  it('says why it could not look', async () => {
    const reasons: [string, Partial<HcvProviderOptions>, RegExp][] = [
      ['hcv:network/password', { token: async () => new Secret('wrong') }, /HTTP 403/],
      ['hcv:network/password', { token: async () => undefined }, /no token/],
      ['hcv:network/password', { token: async () => Promise.reject(new Error('EACCES')) }, /token cannot be read/],
      ['hcv:network/password', { address: undefined }, /no server/],
      ['hcv:network/password', { address: 'http://127.0.0.1:1' }, /could not be reached/],
      ['hcv:network/sealed', {}, /sealed or not ready/],
      ['hcv:network/slow', { timeoutMs: 100 }, /did not answer in time/],
      ['hcv:network/version-1', {}, /not that of a KV version 2/],
      ['hcv:network/text', {}, /not that of a KV version 2/],
      ['hcv:network/endless', {}, /too large/],
      ['hcv:password', {}, /mount and a secret/],
      ['hcv:network/../sys', {}, /mount and a secret/],
    ]
    for (const [reference, options, message] of reasons)
      await assert.rejects(read(reference, options), (error: Error) => {
        assert.match(error.message, message, reference)
        assert.doesNotMatch(error.message, /hunter2|hvs\./)
        return 'code' in error && error.code === 'SECRET_UNAVAILABLE'
      })
  })

  it('carries its token to no other place: not by a redirect, not in the clear', async () => {
    await assert.rejects(read('hcv:network/moved'), { message: /sends us elsewhere \(HTTP 307\)/ })
    assert.equal(requests.length, 1)
    await assert.rejects(read('hcv:network/password', { address: 'http://vault.example.net:8200' }), {
      message: /https:\/\//,
    })
  })

  it('stops when the call is aborted', async () => {
    const controller = new AbortController()
    const reason = new Error('stopped')
    const call = provider().use('hcv:network/slow', deviceOf(), async () => 'called', { signal: controller.signal })
    setImmediate(() => controller.abort(reason))
    await assert.rejects(call, (error) => error === reason)
  })
})
