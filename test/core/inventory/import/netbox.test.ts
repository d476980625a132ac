import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'mocha'
import { importNetBox } from '../../../../packages/core/src/inventory/import/netbox.ts'
import { fetchNetBoxDevices, type NetBoxApi } from '../../../../packages/core/src/inventory/import/netbox-api.ts'
import { Secret } from '../../../../packages/core/src/secret.ts'
import { inventoryOf, shownNotes } from '../../../support/imported-inventory.ts'
import { NetBoxServer, netBoxDevice } from '../../../support/netbox-server.ts'

const token = `token-of-the-test-${Math.random().toString(36).slice(2)}`
const many = Array.from({ length: 230 }, (_, index) => netBoxDevice(index + 1))

describe("NetBox's API", () => {
  let server: NetBoxServer
  before(async () => {
    server = await NetBoxServer.start({ devices: many, token })
  })
  beforeEach(() => {
    server.requests.splice(0)
    server.devices = many
    server.intercept(() => false)
  })
  after(() => server[Symbol.asyncDispose]())
  const pauses: number[] = []
  const wait = async (ms: number) => void pauses.push(ms)
  const fetchAll = (options: Partial<NetBoxApi> = {}) =>
    fetchNetBoxDevices({ url: server.url, token: new Secret(token), wait, ...options })
  const failure = (options: Partial<NetBoxApi> = {}) =>
    fetchAll(options).then(
      () => assert.fail('it must fail'),
      (error: Error & { code: string; advice: string }) => {
        const shown = `${error.message} ${error.advice} ${String(error.cause)} ${JSON.stringify(error)}`
        assert.ok(!shown.includes(token), 'the token is never shown')
        return error
      },
    )

  it('reads every page, whatever size the server allows, and goes nowhere else', async () => {
    const devices = await fetchAll({ filter: 'status=active&tenant=acme' })
    assert.equal(devices.length, 230)
    assert.equal(server.requests.length, 5)
    assert.deepEqual(
      server.requests.map(({ url }) => url.searchParams.get('offset')),
      ['0', '50', '100', '150', '200'],
    )
    assert.equal(server.requests[0]?.url.searchParams.get('status'), 'active')
    assert.equal(server.requests[0]?.authorization, `Token ${token}`)
  })

  it('sends tokens of NetBox 4.5 as bearer tokens', async () => {
    await failure({ token: new Secret('nbt_abc.def') })
    assert.equal(server.requests[0]?.authorization, 'Bearer nbt_abc.def')
  })

  it('asks again when the server is busy or broken, as long as it is told to wait', async () => {
    pauses.splice(0)
    const answers = [429, 500, 503]
    server.intercept((_request, response) => {
      const status = answers.shift()
      if (status === undefined) return false
      response.writeHead(status, status === 429 ? { 'retry-after': '7' } : {}).end('<html>')
      return true
    })
    assert.equal((await fetchAll()).length, 230)
    assert.deepEqual(pauses, [7_000, 4_000, 15_000])
  })

  it('gives up with one message, and does not knock again where the answer is no', async () => {
    server.intercept((_request, response) => {
      response.writeHead(502).end()
      return true
    })
    assert.match(
      (await failure()).message,
      /^127.0.0.1:\d+: answered HTTP 502 again and again\. Nothing was written\.$/,
    )
    assert.equal(server.requests.length, 4)
    server.requests.splice(0)
    server.intercept(() => false)
    const refused = await failure({ token: new Secret('another') })
    assert.match(refused.message, /the token may not read devices \(HTTP 403\)/)
    assert.equal(server.requests.length, 1)
  })

  it('never follows a redirect with the token', async () => {
    server.intercept((_request, response) => {
      response.writeHead(302, { location: `${server.url}/elsewhere/` }).end()
      return true
    })
    assert.match((await failure()).message, /sends us elsewhere \(HTTP 302\)/)
    assert.equal(server.requests.length, 1)
  })

  it('takes nothing from an answer that is not whole', async () => {
    for (const body of ['<html>Sign in</html>', '{}', '[]', '{"count": 2, "results": [1, 2]}', '{"count":"2"}']) {
      server.intercept((_request, response) => {
        response.writeHead(200).end(body)
        return true
      })
      assert.match((await failure()).message, /the answer is not that of a NetBox/, body)
    }
    server.intercept((_request, response, url) => {
      if (url.searchParams.get('offset') === '0') return false
      response.writeHead(200).end(JSON.stringify({ count: 230, results: [] }))
      return true
    })
    assert.match((await failure()).message, /gave 50 of 230 devices/)
  })

  it('starts again when devices come or go while they are read: the others moved', async () => {
    let removed = false
    server.intercept((_request, _response, url) => {
      if (url.searchParams.get('offset') === '50' && !removed) {
        removed = true
        server.devices = many.slice(1)
      }
      return false
    })
    const ids = (await fetchAll()).map(({ id }) => id)
    assert.deepEqual(
      ids,
      Array.from({ length: 229 }, (_, index) => index + 2),
    )
    server.intercept((_request, _response, url) => {
      if (url.searchParams.get('offset') === '50') server.devices = server.devices.slice(1)
      return false
    })
    assert.match((await failure()).message, /its devices changed while they were read, 3 times/)
  })

  it('shows what NetBox says about a filter, and guards what the paging needs', async () => {
    assert.match(
      (await failure({ filter: 'tenant=acmee' })).message,
      /refused the filter \(tenant: Select a valid choice/,
    )
    assert.equal((await failure({ filter: 'limit=1' })).code, 'USAGE')
  })

  it('sends no token in the clear, except to this machine', async () => {
    for (const url of ['http://netbox.example.net', 'ftp://x', 'netbox', 'https://me:pw@netbox.example.net'])
      assert.equal((await failure({ url })).code, 'USAGE', url)
    assert.equal(server.requests.length, 0)
  })

  it('has a time limit, and stops when it is told to', async () => {
    server.intercept(() => true)
    assert.match((await failure({ timeoutMs: 30 })).message, /did not answer in 0.03 s/)
    const stop = new AbortController()
    const asked = fetchAll({ signal: stop.signal })
    stop.abort(new Error('stopped'))
    await assert.rejects(asked, { message: 'stopped' })
  })
})

describe('importing from NetBox', () => {
  const read = (...devices: readonly object[]) => importNetBox(devices as readonly Record<string, unknown>[], 'netbox')

  it('takes slugs, addresses in the order to try them, and the life cycle', () => {
    const imported = read(
      netBoxDevice(1, {
        primary_ip: { address: '2001:db8::1/64' },
        primary_ip6: { address: '2001:db8::1/64' },
        oob_ip: { address: '192.0.2.1/32' },
        status: { value: 'staged', label: 'Staged' },
        tags: [{ slug: 'b' }, { slug: 'a' }],
      }),
      netBoxDevice(2, { role: undefined, device_role: { slug: 'spine' }, platform: null }),
      netBoxDevice(3, {
        platform: { slug: 'some-os' },
        primary_ip: null,
        primary_ip4: null,
        oob_ip: { address: '192.0.2.3/24' },
      }),
    )
    const inventory = inventoryOf(imported)
    assert.deepEqual(inventory.problems, [])
    assert.deepEqual(
      inventory.devices.map(({ hosts, platform, status, site, role, tags }) => [
        hosts.join(' '),
        platform,
        status,
        site,
        role,
        tags.join(' '),
      ]),
      [
        ['2001:db8::1 10.0.0.1 192.0.2.1', 'cisco_ios', 'staged', 'fra', 'access', 'a b'],
        ['10.0.0.2', 'autodetect', 'active', 'fra', 'spine', 'managed'],
        ['192.0.2.3', 'autodetect', 'active', 'fra', 'access', 'managed'],
      ],
    )
    assert.deepEqual(shownNotes(imported), [
      'platform: no platform given (sw-0002)',
      'platform: platform "some-os" (sw-0003)',
    ])
  })

  it('takes the master of a virtual chassis only, and says what else it left', () => {
    const chassis = { id: 1, name: 'stack', master: { id: 1, name: 'sw-0001' } }
    const imported = read(
      netBoxDevice(1, { virtual_chassis: chassis }),
      netBoxDevice(2, { virtual_chassis: chassis }),
      netBoxDevice(3, { name: null }),
      netBoxDevice(4, { primary_ip: null, primary_ip4: null }),
      netBoxDevice(5, { name: 'sw-0001' }),
    )
    assert.deepEqual(
      imported.devices.map(({ name }) => name),
      ['sw-0001'],
    )
    assert.deepEqual(shownNotes(imported), [
      'skipped: a member of a virtual chassis, reached through its master (sw-0002)',
      'skipped: no name (device 3)',
      'skipped: no address (sw-0004)',
      'skipped: a name that is there twice (another site or tenant) (sw-0001 (device 5))',
    ])
  })
})
