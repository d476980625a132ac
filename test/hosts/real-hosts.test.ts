import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { type PlainResult, type PlainSecret, PlainShell, plainLogin } from '../support/plain-client.ts'
import { type RealHost, type RealHosts, startRealHosts } from './support/real-hosts.ts'
import { loggedAttempts } from './support/server-log.ts'

describe('the real hosts', () => {
  let hosts: RealHosts

  before(async () => {
    hosts = await startRealHosts()
  })
  after(() => hosts?.stop())

  const right = (host: RealHost): PlainSecret => ({ type: 'password', password: host.password })
  const wrong: PlainSecret = { type: 'password', password: 'certainly-wrong' }

  async function login(host: RealHost, ...secrets: PlainSecret[]): Promise<PlainResult['outcome']> {
    const { address, port, username } = host
    let shown = ''
    const onHostKey = (key: Buffer) => {
      shown = key.toString('base64')
    }
    const result = await plainLogin({ address, port, username, secrets, onHostKey, readyTimeoutMs: 10_000 })
    if (result.outcome === 'accepted') result.client.end()
    assert.equal(host.hostKey.split(' ')[1], shown)
    return result.outcome
  }

  async function shell(host: RealHost): Promise<PlainShell> {
    const { address, port, username } = host
    const result = await plainLogin({ address, port, username, secrets: [right(host)] })
    assert.equal(result.outcome, 'accepted')
    return PlainShell.open(result.client, { rows: 24, cols: 200 })
  }

  for (const name of ['linux-1', 'frr-1', 'bird-1', 'dropbear-1']) {
    it(`${name} takes its password and its key, and counts each wrong password once`, async () => {
      const host = hosts.host(name)
      assert.equal(await login(host, { type: 'none' }, wrong), 'rejected')
      assert.equal(await login(host, right(host)), 'accepted')
      assert.equal(await login(host, { type: 'publickey', key: host.privateKey }), 'accepted')
      assert.deepEqual(await host.attempts({ atLeast: 3 }), [
        { username: 'netops', method: 'password', outcome: 'rejected' },
        { username: 'netops', method: 'password', outcome: 'accepted' },
        { username: 'netops', method: 'publickey', outcome: 'accepted' },
      ])
    })
  }

  it('take a password by keyboard-interactive through PAM', async () => {
    const host = hosts.host('linux-1')
    assert.equal(await login(host, { type: 'keyboard-interactive', answers: [host.password] }), 'accepted')
    assert.equal((await host.attempts({ atLeast: 4 })).at(-1)?.method, 'keyboard-interactive/pam')
  })

  it('give a shell with the name of the host', async () => {
    using session = await shell(hosts.host('linux-1'))
    await session.read(/netops@linux-1:~\$ $/)
    session.type('hostname\n')
    await session.read(/\rlinux-1\r\n/)
  })

  it('show the running-config of FRRouting over a vtysh login as vtysh -c does', async () => {
    const host = hosts.host('frr-1')
    const expected = await host.inside('vtysh', '-c', 'show running-config')
    for (const secret of host.configuration?.secrets ?? []) assert.ok(expected.includes(` password ${secret}\n`))
    using session = await shell(host)
    await session.read(/frr-1# $/)
    session.type('show running-config\n')
    const text = await session.read(/\r\nend\r\nfrr-1# $/)
    assert.equal(configurationIn(text.replaceAll('\r\n', '\n')), configurationIn(expected))
  })

  it('show the command line of BIRD', async () => {
    using session = await shell(hosts.host('bird-1'))
    await session.read(/bird> /)
    session.type('show protocols\n')
    await session.read(/transit +BGP/)
  })

  it('do not take the question for the methods for an attempt', () => {
    const [first, second] = loggedAttempts(
      'Failed none for invalid user ops from 127.0.0.1 port 9 ssh2\nFailed password for invalid user ops from 127.0.0.1 port 9 ssh2\n',
    )
    assert.deepEqual(first, { username: 'ops', method: 'password', outcome: 'rejected' })
    assert.equal(second, undefined)
  })

  it('leave the users of the machine alone', async () => {
    assert.doesNotMatch(await readFile('/etc/passwd', 'utf8'), /^netops:/m)
  })
})

function configurationIn(text: string): string {
  const end = text.indexOf('\nend\n')
  assert.notEqual(end, -1)
  return text.slice(text.indexOf('Building configuration...'), end)
}
