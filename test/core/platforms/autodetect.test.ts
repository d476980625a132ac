import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { anyPlatform } from '../../../packages/core/src/platforms/any-platform.ts'
import { decidePlatform } from '../../../packages/core/src/platforms/autodetect.ts'
import { platforms } from '../../../packages/core/src/platforms/index.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
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
  cisco_wlc: [
    'show sysinfo',
    "Manufacturer's Name.............. Cisco\nProduct Name..................... Cisco Controller\n",
  ],
  cisco_ftd: [
    'show version',
    '-----[ ftd1 ]-----\nModel                     : Cisco Firepower 2110 Threat Defense (77)\n',
  ],
  eltex: ['show system', 'System Description:                       MES3324F 28-port\n'],
  dell_os6: ['show version', 'Machine Description............... Dell Networking Switch\n'],
  dell_os9: ['show version', 'Dell EMC Networking OS\nDell EMC Networking OS Version: 9.14(2.6)\n'],
  dell_sonic: ['show version', 'Software Version  : 4.1.0-Enterprise_Standard\n'],
  sonic: ['show version', 'SONiC Software Version: SONiC.202305.1-abcdef\n'],
  juniper_screenos: ['get system', 'Product Name: SSG5-Serial\nSerial Number: 0162\n'],
  aruba_os: ['show version', 'Aruba Operating System Software.\nArubaOS (MODEL: Aruba7005), Version 8.10.0.5\n'],
  huawei_smartax: ['display version', '  VERSION : MA5800V100R018C10\n  PATCH   : SPC200\n'],
  checkpoint_gaia: ['show version all', 'Product version Check Point Gaia R81.20\n'],
  ubiquiti_edgerouter: ['show version', 'Version:      v2.0.9\nHW model:     EdgeRouter X 5-Port\n'],
  ubiquiti_edgeswitch: ['show version', 'System Description............................. EdgeSwitch 24-Port 250W\n'],
  nokia_srl: ['show version', 'Hostname             : srl1\nChassis Type         : 7220 IXR-D3\n'],
  alcatel_aos: ['show system', 'System:\n  Description:  Alcatel-Lucent OS6860E-24 8.8.152.R01,\n'],
  extreme_exos: ['show version', 'Image   : ExtremeXOS version 16.2.5.4 by release-manager\n'],
  extreme_vsp: ['show sys-info', '\tSysDescr     : VSP-4850GTS (8.10.1.0)\n'],
  extreme_slx: ['show version', 'SLX-OS Operating System Software\n'],
  extreme_netiron: ['show version', 'System Mode: MLX\nIronWare : Version 5.8.0fT163\n'],
  ruckus_fastiron: [
    'show version',
    '  Copyright (c) Ruckus Networks, Inc. All rights reserved.\n  HW: Stackable ICX7450-24\n',
  ],
  allied_telesis_awplus: ['show version', 'AlliedWare Plus (TM) 5.5.2 01/10/23 09:00:00\n'],
  zte_zxros: ['show version', 'ZXR10 5960-52TU, ZTE ZXR10 Software Version: V3.02.20\n'],
  a10: [
    'show version',
    'Thunder Series Unified Application Service Gateway\n  64-bit Advanced Core OS (ACOS) version 4.1.4\n',
  ],
  netscaler: ['show ns version', '\tNetScaler NS13.1: Build 48.47.nc\n Done\n'],
  adtran_os: ['show version', 'ADTRAN, Inc. OS version R13.5.1\n'],
  ciena_saos: ['software show', '| Installed Package   : saos-06-18-03-0178 |\n'],
  raisecom_roap: ['show version', 'Product Name: ISCOM2924GF-4GE\n'],
  casa_cmts: ['show version', 'Casa Systems CASA-C100G\n'],
  ericsson_ipos: ['show version', 'Ericsson IPOS Version IPOS-20.1.1-Release\n'],
  audiocode_72: ['show system version', 'Version info:\n-----\n;Board: Mediant 800B\n'],
  ipinfusion_ocnos: ['show version', ' Software version: UFI_S9500-OcNOS-SP-6.3.1 09/2023\n'],
  supermicro_smis: ['show system information', 'Switch Name        : SMIS\n'],
  tplink_jetstream: ['show system-info', ' System Description   - JetStream 24-Port Gigabit L2+ Managed Switch\n'],
  watchguard_fireware: ['show sysinfo', '-- Fireware OS Version 12.10\n'],
  sophos_sfos: ['system diagnostics show version-info', 'Serial Number: C01\nAppliance Model: SF01V\n'],
  opengear: ['cat /etc/version', 'OpenGear/OM2200 Version 4.12\n'],
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

  it('knows an answer for every platform that can be recognised', () => {
    const known = new Set(Object.keys(banners).map((name) => name.split(' ')[0]))
    assert.deepEqual(
      platforms
        .filter(({ detect }: Platform) => detect !== undefined)
        .flatMap(({ name }) => (known.has(name) ? [] : [name])),
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

  it('answers no menu while it does not know whose', () => {
    const { loginAnswer } = patternsOf(anyPlatform)
    assert.equal(loginAnswer('Enter an option: '), undefined)
    assert.equal(loginAnswer('Select Menu Number [0-7]: '), undefined)
    assert.equal(loginAnswer('Press any key to continue'), ' ')
  })

  it('has a prompt for every platform while it does not know which', () => {
    const { hostOfPrompt } = patternsOf(anyPlatform)
    for (const prompt of ['sw1#', '<sw1>', '[admin@rb1] > ', 'netops@mx1> ', 'A:sr1# ', 'fw1 # ', 'host:~$ ', '%'])
      assert.notEqual(hostOfPrompt(prompt), undefined, prompt)
  })
})
