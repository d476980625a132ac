import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { anyPlatform, decidePlatform } from '../../../packages/core/src/platforms/autodetect.ts'
import { platforms } from '../../../packages/core/src/platforms/index.ts'
import { patternsOf } from '../../../packages/core/src/platforms/platform-patterns.ts'

const banners: Readonly<Record<string, readonly [command: string, output: string]>> = {
  cisco_ios: ['show version', 'Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4\n'],
  'cisco_ios (XE)': [
    'show version',
    'Cisco IOS XE Software, Version 17.03.04\nCisco IOS Software [Amsterdam], Catalyst\n',
  ],
  cisco_xr: ['show version', 'Cisco IOS XR Software, Version 7.3.2\n'],
  cisco_nxos: [
    'show version',
    'Cisco Nexus Operating System (NX-OS) Software\nTAC support: http://www.cisco.com/tac\n',
  ],
  cisco_asa: ['show version', 'Cisco Adaptive Security Appliance Software Version 9.12(4)\n'],
  arista_eos: ['show version', 'Arista DCS-7050SX3-48YC8-F\nHardware version: 11.03\n'],
  juniper_junos: ['show version', 'Hostname: mx1\nModel: mx204\nJunos: 21.4R3.15\nJUNOS OS Kernel 64-bit\n'],
  hp_comware: ['display version', 'HPE Comware Software, Version 7.1.070, Release 3208P16\n'],
  huawei: ['display version', 'Huawei Versatile Routing Platform Software\nVRP (R) software, Version 5.170\n'],
  hp_procurve: ['show version', 'Image stamp:    /ws/swbuildm/rel\n'],
  fortinet: ['get system status', 'Version: FortiGate-60E v6.4.9,build1966,220421 (GA)\n'],
  paloalto_panos: ['show system info', 'hostname: PA-220\nsw-version: 9.1.13\n'],
  f5_tmsh: ['show sys version', 'Sys::Version\nMain Package\n  Product     BIG-IP\n'],
  mikrotik_routeros: ['/system resource print', '                   uptime: 1w\n                 platform: MikroTik\n'],
  vyos: ['show version', 'Version:          VyOS 1.3.2\n'],
  nokia_sros: ['show version', 'TiMOS-C-20.10.R4 cpm/hops64 Nokia 7750 SR\n'],
  dell_os10: ['show version', 'Dell EMC Networking OS10 Enterprise\nOS Version: 10.5.2.6\n'],
  aruba_aoscx: ['show version', '-----\nArubaOS-CX\n(c) Copyright 2017-2022\n'],
  frr: ['show version', 'FRRouting 8.4.4 (frr-1) on Linux(6.1.0).\n'],
  linux: ['uname -sn', 'Linux linux-1\n'],
}

describe('autodetect', () => {
  for (const [what, [command, output]] of Object.entries(banners)) {
    it(`recognises ${what} by its answer to ${command}`, () => {
      const answers = [
        { command: 'show nothing', output: '% Invalid input' },
        { command, output },
      ]
      const decision = decidePlatform({ answers })
      assert.ok(decision.decided)
      assert.equal(decision.platform.name, what.split(' ')[0])
    })
  }

  it('knows an answer for every platform', () => {
    const known = new Set(Object.keys(banners).map((name) => name.split(' ')[0]))
    assert.deepEqual(
      platforms.map(({ name }) => name).filter((name) => !known.has(name)),
      [],
    )
  })

  it('needs no command where the SSH server names itself', () => {
    for (const [identification, name] of [
      ['SSH-2.0-ROSSSH', 'mikrotik_routeros'],
      ['SSH-2.0-HUAWEI-1.5', 'huawei'],
      ['SSH-2.0-Comware-7.1.070', 'hp_comware'],
    ] as const) {
      const decision = decidePlatform({ identification, answers: [] })
      assert.ok(decision.decided && decision.platform.name === name)
    }
  })

  it('asks the most telling command first, each once, and then gives up', () => {
    const asked: string[] = []
    for (;;) {
      const decision = decidePlatform({
        identification: 'SSH-2.0-OpenSSH_9.2',
        answers: asked.map((command) => ({ command, output: 'what?' })),
      })
      assert.ok(!decision.decided)
      if (decision.ask === undefined) break
      assert.ok(!asked.includes(decision.ask))
      asked.push(decision.ask)
    }
    assert.equal(asked[0], 'show version')
    assert.ok(asked.length >= 6)
  })

  it('does not choose between two platforms that both claim an answer', () => {
    const output = 'Cisco IOS Software\nCisco Nexus Operating System\n'
    assert.equal(decidePlatform({ answers: [{ command: 'show version', output }] }).decided, false)
  })

  it('has a prompt for every platform while it does not know which', () => {
    const { hostOfPrompt } = patternsOf(anyPlatform)
    for (const prompt of ['sw1#', '<sw1>', '[admin@rb1] > ', 'netops@mx1> ', 'A:sr1# ', 'fw1 # ', 'host:~$ ', '%'])
      assert.notEqual(hostOfPrompt(prompt), undefined, prompt)
  })
})
