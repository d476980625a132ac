import type { CiscoDialect } from './cisco-like.ts'
import type { Answer, CliDevice } from './command-line.ts'
import type { Command } from './command-table.ts'

const exec = ['user', 'privileged']
const privileged = ['privileged']

export const eosDialect: CiscoDialect = {
  pager: { prompt: '\x1b[7m --More-- \x1b[27m', erase: '\r\x1b[K' },
  subPrompt: 'config-if-Et1',
  chainsFilters: true,
  greeting: (device) => (device.motd === undefined ? '' : `${device.motd}\n`),
  invalid: () => '% Invalid input\n',
  ambiguous: () => '% Ambiguous command\n',
  incomplete: '% Incomplete command\n',
  enableRefused: () => '% Bad secret\n',
  enableWithoutSecret: 'open',
  enableTries: () => 3,
  commands: eosCommands,
}

function eosCommands(device: CliDevice): Command<Answer>[] {
  const text = (words: string, answer: () => string): Command<Answer> => ({
    words,
    modes: exec,
    run: () => ({ text: answer() }),
  })
  const needsPrivilege = (words: string): Command<Answer> => ({
    words,
    modes: ['user'],
    run: () => ({ text: '% Invalid input (privileged mode required)\n' }),
  })
  return [
    {
      words: 'terminal length <rows>',
      modes: exec,
      run: ([rows]) => (Number(rows) > 0 ? { rows: Number(rows) } : { rows: 0, text: 'Pagination disabled.\n' }),
    },
    {
      words: 'terminal width <columns>',
      modes: exec,
      run: ([width]) => ({ text: `Width set to ${width} columns.\n` }),
    },
    text('show version', () => version(device)),
    text('show hostname', () => `Hostname: ${device.hostname}\nFQDN:     ${device.hostname}\n`),
    text('show inventory', () => inventory(device)),
    text('show clock', () => clock(device.now())),
    text('show ip interface brief', () => interfaces(device.captureConfiguration())),
    needsPrivilege('show running-config'),
    needsPrivilege('show startup-config'),
    {
      words: 'show running-config',
      modes: privileged,
      run: () => ({ text: configuration(device, 'running'), configuration: true }),
    },
    {
      words: 'show startup-config',
      modes: privileged,
      run: () => ({ text: configuration(device, 'startup') }),
    },
  ]
}

function configuration(device: CliDevice, which: 'running' | 'startup'): string {
  return `! Command: show ${which}-config
! device: ${device.hostname} (DCS-7050SX3-48YC8, EOS-4.28.3M)
!
! boot system flash:/EOS64-4.28.3M.swi
!
${which === 'running' ? device.captureConfiguration() : device.startupConfiguration()}`
}

function version(device: CliDevice): string {
  return `Arista DCS-7050SX3-48YC8-F
Hardware version: 11.03
Serial number: ${device.serial}
Hardware MAC address: fcbd.6700.1a2c
System MAC address: fcbd.6700.1a2c

Software image version: 4.28.3M
Architecture: x86_64
Internal build version: 4.28.3M-28837868.4283M

Uptime: 41 weeks, 2 days, 3 hours and 27 minutes
Total memory: 8099732 kB
Free memory: 6085488 kB

`
}

function inventory(device: CliDevice): string {
  return `System information
  Model                    Description
  ------------------------ ----------------------------------------------------
  DCS-7050SX3-48YC8-F      48x25GbE SFP & 8x100GbE QSFP Switch

  HW Version  Serial Number  Mfg Date   Epoch
  ----------- -------------- ---------- -----
  11.03       ${device.serial.padEnd(14)} 2021-03-08 01.00

`
}

function clock(now: Date): string {
  const [weekday, day, month, year] = now.toUTCString().replace(',', '').split(' ')
  const time = now.toISOString().slice(11, 19)
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}\nTimezone: UTC\nClock source: NTP server (10.0.0.40)\n`
}

function interfaces(configuration: string): string {
  const ports = [...configuration.matchAll(/^interface (\S+)\n(?: {3}.*\n)*? {3}ip address (\S+)/gm)]
  const rows = ports.map(([, name = '', address = '']) => `${name.padEnd(17)} ${address.padEnd(20)} up         up`)
  return `${['Interface         IP Address           Status     Protocol', ...rows].join('\n')}\n`
}
