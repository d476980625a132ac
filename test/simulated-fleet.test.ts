import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  account,
  device,
  fleetOf,
  loginAt,
  outcomeOf,
  password,
  right,
  shellAt,
  wrong,
} from './support/plain-fleet-login.ts'
import type { FleetDescription } from './support/simulated-fleet/description.ts'
import { startFleet } from './support/simulated-fleet/fleet.ts'

describe('the accounts of the simulated fleet', () => {
  it('lets the right password in, and counts every request and every secret', async () => {
    await using fleet = await fleetOf()
    assert.equal(await outcomeOf(fleet, [{ type: 'none' }, password(wrong), password(right)]), 'accepted')
    const counters = fleet.counters()
    assert.deepEqual(counters.authRequests, { none: 1, password: 2 })
    assert.equal(counters.secretsSeen, 2)
    assert.deepEqual(
      counters.attempts.map((attempt) => attempt.outcome),
      ['rejected', 'accepted'],
    )
    assert.equal(JSON.stringify(counters).includes(right), false)
  })

  it('shares one count among all devices of a realm, and answers a locked account like a wrong password', async () => {
    const description: FleetDescription = {
      devices: ['sw-1', 'sw-2', 'sw-3'].map((name) => ({ name, platform: 'cisco_ios', realm: 'tacacs' })),
      realms: { tacacs: { accounts: [account], lockout: { after: 2, forMs: 60_000 } } },
    }
    await using fleet = await startFleet(description)
    assert.equal(await outcomeOf(fleet, [password(wrong)], {}, 'sw-1'), 'rejected')
    assert.equal(fleet.counters().lockedAccounts, 0)
    assert.equal(await outcomeOf(fleet, [password(wrong)], {}, 'sw-2'), 'rejected')
    assert.equal(fleet.counters().lockedAccounts, 1)
    assert.equal(await outcomeOf(fleet, [password(right)], {}, 'sw-3'), 'rejected')
    await fleet.advanceClock(60_000)
    assert.equal(await outcomeOf(fleet, [password(right)], {}, 'sw-3'), 'accepted')
    assert.equal(fleet.counters().locks, 1)
  })

  it('counts on each device by itself in a realm of kind device', async () => {
    const devices = ['sw-1', 'sw-2'].map((name) => ({ name, platform: 'cisco_ios' as const, realm: 'local' }))
    const realms = { local: { accounts: [account], lockout: { after: 2 }, kind: 'device' as const } }
    await using fleet = await startFleet({ devices, realms })
    assert.equal(await outcomeOf(fleet, [password(wrong), password(wrong)], {}, 'sw-1'), 'rejected')
    assert.equal(await outcomeOf(fleet, [password(right)], {}, 'sw-1'), 'rejected')
    assert.equal(await outcomeOf(fleet, [password(right)], {}, 'sw-2'), 'accepted')
    fleet.changePassword('local', 'netops', 'changed')
    assert.equal(await outcomeOf(fleet, [password('changed')], {}, 'sw-2'), 'accepted')
  })

  it('starts the count again after a success', async () => {
    await using fleet = await fleetOf({ lockout: { after: 2 } })
    assert.equal(await outcomeOf(fleet, [password(wrong), password(right)]), 'accepted')
    assert.equal(await outcomeOf(fleet, [password(wrong), password(right)]), 'accepted')
    assert.equal(fleet.counters().locks, 0)
    assert.equal(fleet.counters().accounts[0]?.worstConsecutiveFailures, 1)
  })

  it('asks the local accounts when the login server cannot be reached', async () => {
    const description: FleetDescription = {
      devices: [device({ realm: 'tacacs', accounts: [{ username: 'netops', password: 'local' }] })],
      realms: { tacacs: { accounts: [account] } },
    }
    await using fleet = await startFleet(description)
    assert.equal(await outcomeOf(fleet, [password('local')]), 'rejected')
    await fleet.setFault('sw-1', { realmUnreachable: true })
    assert.equal(await outcomeOf(fleet, [password('local')]), 'accepted')
  })

  it('closes the port to everybody in quiet mode', async () => {
    await using fleet = await fleetOf({ blockFor: { attempts: 2, withinMs: 60_000, forMs: 120_000 } })
    assert.equal(await outcomeOf(fleet, [password(wrong), password(wrong)]), 'rejected')
    const refused = await loginAt(fleet, [password(right)])
    assert.match(refused.outcome === 'closed' ? refused.error : '', /ECONNREFUSED/)
    await fleet.advanceClock(120_000)
    assert.equal(await outcomeOf(fleet, [password(right)]), 'accepted')
    assert.equal(fleet.counters().quietModes, 1)
  })

  it('hangs up after three wrong passwords on IOS', async () => {
    await using fleet = await fleetOf()
    const wrongs = Array.from({ length: 4 }, () => password(wrong))
    assert.equal(await outcomeOf(fleet, wrongs), 'closed')
    assert.equal(fleet.counters().secretsSeen, 3)
  })
})

describe('the command line of a simulated IOS device', () => {
  it('shows prompt, echo and carriage returns as IOS does', async () => {
    await using fleet = await fleetOf({ enableSecret: 'let-me' })
    using shell = await shellAt(fleet)
    assert.equal(await shell.read(/sw-1>$/), '\r\nsw-1>')
    shell.type('sh clok\r')
    const refused = "sh clok\r\n        ^\r\n% Invalid input detected at '^' marker.\r\n\r\nsw-1>"
    assert.equal(await shell.read(/sw-1>$/), refused)
    shell.type('enable\n')
    assert.equal(await shell.read(/Password: $/), 'enable\r\nPassword: ')
    shell.type('let-me\n')
    assert.equal(await shell.read(/#$/), '\r\nsw-1#')
    shell.type('conf t\n')
    await shell.read(/sw-1\(config\)#$/)
    shell.type('end\nterm len 0\nshow running-config\n')
    const text = await shell.read(/\r\nend\r\n\r\nsw-1#$/)
    assert.match(
      text,
      /Building configuration\.\.\.\r\n\r\nCurrent configuration : \d+ bytes\r\n!\r\n! Last configuration/,
    )
    shell.type('exit\n')
    await shell.closed()
    const seen = fleet.counters()
    assert.deepEqual(
      seen.attempts.map(({ method }) => method),
      ['password', 'enable'],
    )
    assert.equal(seen.configurationsServed, 1)
  })

  it('asks three times for a local enable secret, and once where a login server checks it', async () => {
    await using local = await fleetOf({ enableSecret: 'let-me' })
    using first = await shellAt(local)
    first.type('enable\nno\nno\nno\n')
    await first.read(/(Password: [\s\S]*){3}% Bad secrets\r\n\r\nsw-1>$/)
    const devices = [device({ realm: 'tacacs', enableSecret: 'let-me' })]
    await using served = await startFleet({ devices, realms: { tacacs: { accounts: [account] } } })
    using second = await shellAt(served)
    second.type('enable\nno\n')
    await second.read(/Password: \r\n% Access denied\r\n\r\nsw-1>$/)
    assert.equal(served.counters().attempts.at(-1)?.outcome, 'rejected')
  })

  it('knows abbreviations, filters and what it is', async () => {
    await using fleet = await fleetOf({ accounts: [{ ...account, privileged: true }], serial: 'FOC1234A5B6' })
    using shell = await shellAt(fleet)
    shell.type('term len 0\nsh inv\n')
    await shell.read(/SN: FOC1234A5B6\r\n/)
    shell.type('show running-config | include ^hostname|^license\n')
    await shell.read(/\r\nhostname sw-1\r\nlicense udi pid \S+ sn FOC1234A5B6\r\nsw-1#$/)
    shell.type('sh ip int br\n')
    await shell.read(/\r\nGigabitEthernet1\/0\/1 +unassigned +YES unset +up +up\r\n/)
    shell.type('show clock\n')
    await shell.read(/\r\n\d\d:\d\d:\d\d\.\d{3} UTC \w{3} \w{3} \d+ \d{4}\r\n/)
    shell.type('terminal\nshow i\n')
    await shell.read(/% Incomplete command\.\r\n\r\nsw-1#show i\r\n% Ambiguous command: {2}"show i"\r\nsw-1#$/)
    assert.equal(fleet.counters().configurationsServed, 0)
  })

  it('answers one command without a terminal', async () => {
    await using fleet = await fleetOf({ accounts: [{ ...account, privileged: true }] })
    const result = await loginAt(fleet, [password(right)])
    assert.ok(result.outcome === 'accepted')
    const text = await new Promise<string>((resolve, reject) => {
      result.client.exec('show running-config', (error, channel) => {
        if (error) return reject(error)
        let output = ''
        channel.on('data', (bytes: Buffer) => {
          output += bytes.toString()
        })
        channel.on('close', () => resolve(output))
      })
    })
    result.client.end()
    assert.match(text, /^Building configuration[\s\S]*\r\nend\r\n\r\n$/)
    assert.equal(fleet.counters().configurationsServed, 1)
  })

  it('pages long output until a key goes on', async () => {
    await using fleet = await fleetOf({ accounts: [{ ...account, privileged: true }] })
    using shell = await shellAt(fleet)
    await shell.read(/sw-1#$/)
    shell.type('show running-config\n')
    const first = await shell.read(/ --More-- $/)
    assert.equal(first.split('\r\n').length, 25)
    shell.type(' ')
    const erase = `${'\b'.repeat(9)}        ${'\b'.repeat(9)}`
    const second = await shell.read(/ --More-- $/)
    assert.ok(second.startsWith(erase))
    shell.type('q')
    assert.equal(await shell.read(/sw-1#$/), `${erase}sw-1#`)
    assert.equal(fleet.counters().configurationsServed, 0)
  })
})

describe('the command line of a simulated EOS device', () => {
  it('enables without a secret, names the pager it switches off, and ends its configuration with end', async () => {
    await using fleet = await fleetOf({ platform: 'arista_eos', name: 'leaf-1' })
    using shell = await shellAt(fleet, 'leaf-1')
    assert.equal(await shell.read(/leaf-1>$/), 'leaf-1>')
    shell.type('show running-config\n')
    await shell.read(/% Invalid input \(privileged mode required\)\r\nleaf-1>$/)
    shell.type('enable\n')
    assert.equal(await shell.read(/#$/), 'enable\r\nleaf-1#')
    shell.type('terminal length 0\nshow running-config\n')
    await shell.read(/Pagination disabled\.\r\nleaf-1#show running-config\r\n! Command: show running-config\r\n/)
    await shell.read(/\r\nend\r\nleaf-1#$/)
  })
})

describe('the command line of a simulated Junos device', () => {
  it('leaves a line free before the prompt, and marks secrets and the last commit', async () => {
    await using fleet = await fleetOf({ platform: 'juniper_junos', name: 'edge-1' })
    using shell = await shellAt(fleet, 'edge-1')
    await shell.read(/^--- JUNOS .*\r\nnetops@edge-1> $/)
    shell.type('set cli screen-length 0\n')
    const echoed = 'set cli screen-length 0 \r\nScreen length set to 0\r\n\r\nnetops@edge-1> '
    assert.equal(await shell.read(/> $/), echoed)
    shell.type('show configuration\n')
    const text = await shell.read(/\}\r\n\r\nnetops@edge-1> $/)
    assert.match(text, /\n## Last commit: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC by netops\r\nversion /)
    assert.match(text, /secret "\$9\$\S+"; ## SECRET-DATA\r\n/)
    assert.equal(text.split('{').length, text.split('}').length)
    shell.type('show configuration | display set\n')
    const set = await shell.read(/\r\n\r\nnetops@edge-1> $/)
    assert.match(
      set,
      /\r\nset protocols bgp group transit export own-routes\r\nset protocols bgp group transit export customers/,
    )
    shell.type('show nothing\n')
    await shell.read(/\r\n {20}\^\r\nunknown command\.\r\n\r\nnetops@edge-1> $/)
  })
})

describe('a generated configuration', () => {
  it('has about the wanted size, other secrets in each fleet, and the same text in each capture', async () => {
    const description = { ...device(), configuration: { bytes: 50_000 } }
    await using one = await startFleet({ devices: [description] })
    await using other = await startFleet({ devices: [description] })
    const text = one.configuration('sw-1')
    assert.ok(text.length > 50_000 && text.length < 51_000, String(text.length))
    assert.equal(text, one.configuration('sw-1'))
    const secrets = one.plantedSecrets('sw-1')
    assert.equal(secrets.length, 11)
    assert.ok(secrets.every((secret) => text.includes(secret) && !other.configuration('sw-1').includes(secret)))
  })

  it('changes only where it was changed, and in its volatile lines', async () => {
    await using fleet = await fleetOf()
    const before = fleet.device('sw-1').configuration.capture('sw-1').split('\n')
    const again = fleet.device('sw-1').configuration.capture('sw-1').split('\n')
    assert.deepEqual(
      again.filter((line, index) => line !== before[index]).map((line) => line.replace(/\d+/, 'N')),
      ['ntp clock-period N'],
    )
    fleet.setConfiguration('sw-1', fleet.configuration('sw-1').replace('vtp mode transparent', 'vtp mode off'))
    assert.ok(fleet.device('sw-1').configuration.capture('sw-1').includes('\nvtp mode off\n'))
  })
})
