import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Device, DeviceRecord, DeviceResult } from '../../packages/core/src/index.ts'
import { countsText } from '../../packages/vscode-ext/src/annotate/counts.ts'
import { type DeviceStanding, inlineResult } from '../../packages/vscode-ext/src/annotate/inline-result.ts'
import { storedDevice } from '../support/stored-device.ts'

const now = new Date('2026-05-04T12:00:00Z')
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000)

const device = storedDevice('cisco_ios')

const opened: DeviceRecord = {
  device: 'sw-1',
  credential: 'tacacs-netops',
  privilege: 'privileged',
  code: 'OPENED',
  message: 'sw-1: tacacs-netops',
  testedAt: ago(2),
}

const failed = (code: DeviceRecord['code'], text: string): DeviceRecord => ({
  ...opened,
  credential: null,
  code,
  message: `sw-1: ${text}`,
})

const live: DeviceResult = {
  device: 'sw-1',
  host: '10.0.0.1',
  platform: 'cisco_ios',
  outcome: 'success',
  code: 'OPENED',
  message: 'sw-1: legacy-admin',
  advice: '',
  credential: 'legacy-admin',
  previousCredential: 'tacacs-netops',
  privilege: 'privileged',
  attempts: [],
  phases: {},
  durationMs: 10,
  testedAt: now,
  details: { credential: 'legacy-admin' },
}

function drawn(standing: DeviceStanding, more: Partial<Device> = {}): readonly (string | undefined)[] {
  const shown = inlineResult({ ...device, ...more }, standing, { now, staleAfterMs: 30 * 86_400_000, maxLength: 60 })
  return [shown?.text, shown?.tone]
}

describe('the text at the end of a device’s line', () => {
  const cases: readonly [string, DeviceStanding, readonly (string | undefined)[], Partial<Device>?][] = [
    ['says which credential opens it, and when it did', { record: opened }, ['✓ tacacs-netops · 2 h', 'dim']],
    [
      'tells that the session is not privileged',
      { record: { ...opened, privilege: 'user', code: 'OPENED_UNPRIVILEGED' } },
      ['✓ tacacs-netops · user mode · 2 h', 'dim'],
    ],
    [
      'fades when the result is old',
      { record: { ...opened, testedAt: ago(41 * 24) } },
      ['✓ tacacs-netops · 41 d', 'stale'],
    ],
    [
      'names the credential that opened it before',
      { record: opened, live },
      ['✓ legacy-admin (was tacacs-netops) · now', 'dim'],
    ],
    [
      'keeps the record where it is newer than what this window saw',
      { record: { ...opened, testedAt: now }, live: { ...live, testedAt: ago(1) } },
      ['✓ tacacs-netops · now', 'dim'],
    ],
    ['shows that it is being tested', { record: opened, isRunning: true }, ['⟳ testing…', 'idle']],
    [
      'counts the tries that failed',
      { record: failed('AUTH_REJECTED', 'no credential works'), tries: 2 },
      ['✗ no credential works · 2 tries · 2 h', 'error'],
    ],
    [
      'counts one try',
      { record: failed('AUTH_REJECTED', 'no credential works'), tries: 1 },
      ['✗ no credential works · 1 try · 2 h', 'error'],
    ],
    [
      'says that none applies',
      { record: failed('NO_CANDIDATE', 'no credential applies') },
      ['✗ no credential applies', 'error'],
    ],
    [
      'says until when it is deferred',
      { record: failed('DEFERRED', 'deferred until 14:35') },
      ['○ deferred until 14:35', 'idle'],
    ],
    ['says untested', {}, ['○ untested', 'idle']],
    [
      'says that nothing was sent to another host key',
      { record: failed('HOST_KEY_CHANGED', 'host key changed') },
      ['! host key changed · nothing sent', 'warning'],
    ],
    [
      'says that it did not answer',
      { record: failed('UNREACHABLE', 'no answer on port 22') },
      ['! no answer on port 22 · 2 h', 'warning'],
    ],
    [
      'asks for an older SSH profile',
      { record: failed('ALGORITHMS', 'needs an older SSH profile') },
      ['! needs an older SSH profile', 'warning'],
    ],
    [
      'tells of an old backup beside a good login',
      { record: opened, backup: { state: 'stale', lastGoodAt: ago(9 * 24) } },
      ['✓ tacacs-netops · 2 h   ! backup 9 d old', 'warning'],
    ],
    [
      'says nothing of a young backup',
      { record: opened, backup: { state: 'good', lastGoodAt: ago(24) } },
      ['✓ tacacs-netops · 2 h', 'dim'],
    ],
    [
      'tells of a backup that was held',
      { record: opened, backup: { state: 'held', lastGoodAt: ago(24) } },
      ['✓ tacacs-netops · 2 h   ! backup held', 'warning'],
    ],
    [
      'says of a backup that it is unproven, and warns of nothing',
      {
        record: opened,
        backup: { state: 'unproven', unproven: { at: ago(2), because: 'nothing in it marks its end' } },
      },
      ['✓ tacacs-netops · 2 h · backup unproven', 'dim'],
    ],
    [
      'tells of an unproven backup that is old',
      { record: opened, backup: { state: 'stale', unproven: { at: ago(72), because: 'nothing in it marks its end' } } },
      ['✓ tacacs-netops · 2 h   ! backup 3 d old', 'warning'],
    ],
    ['counts Telnet devices apart', {}, ['– Telnet only', 'idle'], { transport: 'telnet' }],
    ['says nothing of devices that are not active', { record: opened }, [undefined, undefined], { status: 'planned' }],
    [
      'warns of a secret in the file before all else',
      { record: opened, secretInFile: 'password' },
      ['! password in the inventory', 'error'],
    ],
  ]
  for (const [title, standing, expected, more] of cases)
    it(title, () => assert.deepEqual(drawn(standing, more), expected))

  it('is never longer than it may be', () => {
    const record = failed('UNREACHABLE', 'x'.repeat(100))
    assert.equal(drawn({ record })[0]?.length, 60)
  })

  it('counts for a group', () => {
    assert.deepEqual(countsText({ devices: 412, opened: 397, attention: 15, open: 15 }), {
      text: '412 · 397 ✓ · 15 need attention',
      tone: 'warning',
    })
    assert.equal(countsText({ devices: 0, opened: 0, attention: 0, open: 0 }), undefined)
  })
})
