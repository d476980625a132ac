import type { CiscoDialect } from './cisco-like.ts'
import type { Answer, CliDevice } from './command-line.ts'
import type { Command } from './command-table.ts'

const exec = ['user', 'privileged']
const privileged = ['privileged']
const back = '\b'.repeat(9)

export const iosDialect: CiscoDialect = {
  pager: { prompt: ' --More-- ', erase: `${back}        ${back}` },
  subPrompt: 'config-if',
  chainsFilters: false,
  greeting: (device) => (device.motd === undefined ? '\n' : `\n${device.motd}\n\n`),
  invalid: (promptLength, at) => `${' '.repeat(promptLength + at)}^\n% Invalid input detected at '^' marker.\n\n`,
  ambiguous: (line) => `% Ambiguous command:  "${line}"\n`,
  incomplete: '% Incomplete command.\n\n',
  enableRefused: (device) => (device.hasLoginServer ? '% Access denied\n\n' : '% Bad secrets\n\n'),
  enableWithoutSecret: '% No password set\n',
  enableTries: (device) => (device.hasLoginServer ? 1 : 3),
  commands: iosCommands,
}

function iosCommands(device: CliDevice): Command<Answer>[] {
  const configuration = (text: string): Answer => ({ text, configuration: true })
  return [
    { words: 'terminal length <rows>', modes: exec, run: ([rows]) => ({ rows: Number(rows) || 0 }) },
    { words: 'terminal width <columns>', modes: exec, run: () => ({}) },
    { words: 'terminal no monitor', modes: exec, run: () => ({}) },
    { words: 'show version', modes: exec, run: () => ({ text: version(device) }) },
    { words: 'show inventory', modes: exec, run: () => ({ text: inventory(device) }) },
    { words: 'show clock', modes: exec, run: () => ({ text: `${iosTime(device.now())}\n` }) },
    { words: 'show ip interface brief', modes: exec, run: () => ({ text: interfaces(device.captureConfiguration()) }) },
    { words: 'show privilege', modes: exec, run: () => ({ text: 'Current privilege level is 15\n' }) },
    {
      words: 'show running-config',
      modes: privileged,
      run: () => configuration(`Building configuration...\n\n${wrapped(device, 'Current configuration')}`),
    },
    {
      words: 'show startup-config',
      modes: privileged,
      run: () => {
        const text = device.startupConfiguration()
        return { text: `Using ${text.length} out of 524288 bytes\n!\n${text}\n` }
      },
    },
    { words: 'copy running-config startup-config', modes: privileged, run: () => saved(device, '[OK]\n') },
    { words: 'write memory', modes: privileged, run: () => saved(device, 'Building configuration...\n[OK]\n') },
  ]
}

function saved(device: CliDevice, text: string): { readonly text: string } {
  device.saveConfiguration()
  return { text }
}

function wrapped(device: CliDevice, title: string): string {
  const text = device.captureConfiguration()
  return `${title} : ${text.length} bytes\n!\n${text}\n`
}

/** `*14:02:11.337 UTC Mon Mar 2 2026`, without the star once the clock is set. */
export function iosTime(now: Date): string {
  const [weekday, day, month, year] = now.toUTCString().replace(',', '').split(' ')
  return `${now.toISOString().slice(11, 23)} UTC ${weekday} ${month} ${Number(day)} ${year}`
}

function version(device: CliDevice): string {
  return `Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E4, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2021 by Cisco Systems, Inc.
Compiled Mon 08-Mar-21 09:20 by prod_rel_team

ROM: Bootstrap program is C2960X boot loader
BOOTLDR: C2960X Boot Loader (C2960X-HBOOT-M) Version 15.2(7r)E, RELEASE SOFTWARE (fc2)

${device.hostname} uptime is 41 weeks, 2 days, 3 hours, 27 minutes
System returned to ROM by power-on
System image file is "flash:c2960x-universalk9-mz.152-7.E4.bin"

cisco WS-C2960X-24TS-L (APM86XXX) processor (revision K0) with 524288K bytes of memory.
Processor board ID ${device.serial}
Last reset from power-on
1 Virtual Ethernet interface
28 Gigabit Ethernet interfaces
The password-recovery mechanism is enabled.

512K bytes of flash-simulated non-volatile configuration memory.
Model number                    : WS-C2960X-24TS-L
System serial number            : ${device.serial}

Switch Ports Model                     SW Version            SW Image
------ ----- -----                     ----------            ----------
*    1 28    WS-C2960X-24TS-L          15.2(7)E4             C2960X-UNIVERSALK9-M


Configuration register is 0xF

`
}

function inventory(device: CliDevice): string {
  return `NAME: "1", DESCR: "WS-C2960X-24TS-L"
PID: WS-C2960X-24TS-L  , VID: V05  , SN: ${device.serial}

`
}

function interfaces(configuration: string): string {
  const names = [...configuration.matchAll(/^interface (\S+)/gm)].map((match) => match[1] ?? '')
  const rows = names.map((name) => `${name.padEnd(22)} unassigned      YES unset  up                    up`)
  return `${['Interface              IP-Address      OK? Method Status                Protocol', ...rows].join('\n')}\n`
}
