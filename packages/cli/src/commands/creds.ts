import { type Command, Option } from 'commander'
import type { Register } from '../command-context.ts'
import { withOutput } from '../output-file.ts'
import { countOf, withConnections, withSelection, withTimeout } from '../selection-options.ts'
import { answer } from './creds-answer.ts'
import { discover } from './creds-discover.ts'
import { explain } from './creds-explain.ts'
import { health } from './creds-health.ts'
import { status } from './creds-status.ts'
import { history, release, testLogin } from './creds-test.ts'

export function registerCreds(program: Command, register: Register): void {
  const creds = program.command('creds').description('which credential opens which device')

  register(
    withOutput(withConnections(withSelection(creds.command('discover'))))
      .description('find out which credential opens which device')
      .option('--search <text>', 'only devices whose names contain this')
      .option('--status <status>', 'only devices of this status')
      .option('-f, --force', 'also devices opened within 24 h')
      .option('--stale-after <age>', 'instead of 24 h: 12h, 7d')
      .option('--skip-known', 'leave out devices that have a working credential')
      .addOption(new Option('--skip-configured', 'the same').implies({ skipKnown: true }))
      .option('--retry-rejected', 'try again what a device refused before; lifts no budget')
      .option('--include-fallback', 'also break-glass credentials')
      .option('--require-privileged', 'go on to the next candidate where a login is not privileged')
      .option('--no-wait', 'do not stay for the windows of the attempt budget')
      .option('--no-update', 'do not save what comes out as what is known of the devices')
      .option('--dry-run', 'the plan only'),
    discover,
  )
  register(
    withOutput(withSelection(creds.command('status')))
      .description('coverage: which devices have a working credential')
      .option('--by <key>', 'site, platform, role, tag or credential', 'site'),
    status,
  )
  register(
    creds
      .command('explain')
      .description('every credential for a device: tried or not, in order, and why')
      .argument('[device]')
      .option('--changed-since <rev>', 'instead: which devices an edit of the files gives other candidates')
      .option('-o, --output <file>', 'with --changed-since: also write it as .md or .json')
      .addOption(
        new Option('--fail-on <what>', 'with --changed-since: exit 1 when there are such devices').choices([
          'no-candidate',
          'any',
        ]),
      ),
    explain,
  )
  register(
    withTimeout(creds.command('test'))
      .description('log in to one device now, with the known credential or another')
      .argument('<device>')
      .option('--credential <name>', 'this one')
      .option('--retry-rejected', 'also what the device refused before; lifts no budget')
      .option('--update', 'save what comes out'),
    testLogin,
  )
  register(
    creds
      .command('history')
      .description('the logins sent to a device, latest first')
      .argument('<device>')
      .option('-n, --limit <number>', 'at most so many (20)', countOf('--limit')),
    history,
  )
  register(
    creds
      .command('health')
      .description('credentials that are unused, too broad, quarantined or close to their budget')
      .option('--broad-above <number>', 'too broad when tried on more devices than this', countOf('--broad-above')),
    health,
  )
  register(
    creds
      .command('answer')
      .description('say who counts failed logins of a username: one login server, or each device its own')
      .argument('<username>')
      .argument('<server|device>'),
    answer,
  )
  register(
    creds
      .command('release')
      .description('lift the quarantine of a credential and the spent budget of its account')
      .argument('<credential>'),
    release,
  )
}
