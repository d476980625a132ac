import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { AttemptOutcome } from '../../packages/core/src/model.ts'
import type { DeviceResult } from '../../packages/core/src/progress.ts'
import type { AttemptRequest } from '../../packages/core/src/safety/attempt.ts'
import type { DeviceRecord, SnapshotRecord, StateStore } from '../../packages/core/src/state/state-store.ts'
import { attemptRequest } from './attempt-requests.ts'
import type { TestClock } from './test-clock.ts'

interface Context {
  readonly store: () => StateStore
  readonly open: (workspace?: string) => Promise<StateStore>
  readonly clock: () => TestClock
  readonly execute: (statement: string) => Promise<void>
  readonly attempt: (request: AttemptRequest, outcome: AttemptOutcome) => Promise<void>
}

const device: DeviceRecord = {
  device: 'sw-1',
  credential: 'core-admin',
  credentialRev: 3,
  secretId: 'netops-secret',
  privilege: 'privileged',
  code: 'OPENED',
  message: 'sw-1: core-admin',
  testedAt: new Date('2026-01-01T10:00:00.123Z'),
  openedAt: new Date('2026-01-01T10:00:00.123Z'),
  platform: 'cisco_ios',
  methods: ['password', 'publickey'],
}

const snapshot: Omit<SnapshotRecord, 'id'> = {
  device: 'sw-1',
  configuration: 'running',
  capturedAt: new Date('2026-01-01T10:00:00Z'),
  seenAt: new Date('2026-01-01T10:00:00Z'),
  bytes: 4_096,
  sections: 12,
  runId: 'run',
  sha256: 'f00d',
  path: 'sw-1/running.cfg',
  commit: 'c0ffee',
}

function result(name: string, code: DeviceResult['code'] = 'OPENED'): DeviceResult {
  return {
    device: name,
    host: '192.0.2.1',
    platform: 'cisco_ios',
    outcome: 'success',
    code,
    message: `${name}: ${code}`,
    advice: '',
    credential: 'core-admin',
    privilege: 'privileged',
    attempts: [],
    phases: {},
    durationMs: 1,
    testedAt: new Date('2026-01-01T10:00:00Z'),
    details: {},
  }
}

function copyOfEntry(seq: number): string {
  const rest =
    'at, user, host, program, action, device, credential, username, secret_id, ground, run, result, previous, hash'
  return `insert into audit (workspace, seq, ${rest}) select workspace, ${seq}, ${rest} from audit where seq = 5`
}

/** The part of the port that is remembered and asked for, without rules of its own. */
export function describeStateRecords({ store, open, clock, execute, attempt }: Context): void {
  describe('records', () => {
    it('gives back what is known of a device, whole', async () => {
      const bare: DeviceRecord = {
        device: 'sw-2',
        credential: null,
        privilege: 'unknown',
        code: 'UNREACHABLE',
        message: 'sw-2: no answer on port 22',
        testedAt: new Date(0),
      }
      await store().saveDevice({ ...device, code: 'AUTH_REJECTED', credential: null })
      await store().saveDevice(device)
      await store().saveDevice(bare)
      assert.deepEqual(
        await store().devices(),
        new Map([
          ['sw-1', device],
          ['sw-2', bare],
        ]),
      )
    })

    describe('results of two programs on one device', () => {
      const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute))
      const opened = (minute: number): DeviceRecord => ({ ...device, testedAt: at(minute), openedAt: at(minute) })
      /** By a program that read `before` when it began. */
      const failed = (minute: number, before?: DeviceRecord): DeviceRecord => ({
        credential: null,
        privilege: 'unknown',
        ...before,
        device: 'sw-1',
        code: 'AUTH_REJECTED',
        message: 'sw-1: rejected',
        testedAt: at(minute),
      })
      const saved = async (...records: readonly DeviceRecord[]) => {
        const other = await open()
        for (const [index, record] of records.entries()) await (index % 2 ? other : store()).saveDevice(record)
        return (await store().devices()).get('sw-1')
      }

      it('keep a success when an earlier failure comes after it', async () => {
        assert.deepEqual(await saved(opened(5), failed(4)), opened(5))
        assert.deepEqual(await saved(opened(7), failed(6, opened(5))), opened(7))
      })

      it('keep what a success found, beside a later failure that did not know of it', async () => {
        const { code, message, testedAt } = failed(6)
        assert.deepEqual(await saved(opened(5), failed(6)), { ...opened(5), code, message, testedAt })
      })

      it('take a failure that knew of the success, whatever the clock says', async () => {
        assert.deepEqual(await saved(opened(5), failed(6, opened(5))), failed(6, opened(5)))
        assert.deepEqual(await saved(opened(7), failed(3, opened(7))), failed(3, opened(7)))
      })

      it('take every success, also after the clock was set back', async () => {
        const rotated = { ...opened(3), credential: 'rotated', credentialRev: 4 }
        assert.deepEqual(await saved(opened(5), rotated), rotated)
        assert.deepEqual(await saved(failed(9), opened(8)), opened(8))
      })
    })

    it('finds named devices among many', async () => {
      const names = Array.from({ length: 1_200 }, (_, i) => `sw-${i}`)
      await Promise.all(names.map((name) => store().saveDevice({ ...device, device: name })))
      assert.equal((await store().devices([...names.slice(5), 'never-seen'])).size, 1_195)
      assert.equal((await store().devices([])).size, 0)
    })

    it('shows the attempts on a device, latest first', async () => {
      await attempt(attemptRequest('sw-1'), 'ok')
      await attempt(attemptRequest('sw-1'), 'unsent')
      await attempt(attemptRequest('sw-2'), 'ok')
      const history = await store().history('sw-1')
      assert.deepEqual(
        history.map(({ outcome, credential, username }) => [outcome, credential, username]),
        [
          ['unsent', 'core-admin', 'netops'],
          ['ok', 'core-admin', 'netops'],
        ],
      )
      assert.equal((await store().history('sw-1', { limit: 1 })).length, 1)
    })

    it('weighs a credential by its latest attempts', async () => {
      await attempt(attemptRequest('sw-1'), 'ok')
      await attempt(attemptRequest('sw-2'), 'rejected')
      await attempt(attemptRequest('sw-1'), 'unsent')
      const [stats] = await store().credentialStats()
      assert.deepEqual(
        [stats?.credential, stats?.successes, stats?.failures, stats?.successRate.toFixed(3)],
        ['core-admin', 1, 1, '0.900'],
      )
    })

    it('keeps the results of a run as far as they came', async () => {
      const first = await store().startRun({ operation: 'discover', selection: 'all', devices: 2 })
      const last = await store().startRun({ operation: 'backup', selection: 'site:a', devices: 3 })
      await store().saveResult(first, result('sw-9'))
      await store().saveResult(last, result('sw-2', 'AUTH_REJECTED'))
      await store().saveResult(last, result('sw-1'))
      await store().saveResult(last, result('sw-2'))
      assert.deepEqual(
        (await store().results()).map(({ device: name, code }) => [name, code]),
        [
          ['sw-1', 'OPENED'],
          ['sw-2', 'OPENED'],
        ],
      )
      assert.equal((await store().results(first)).length, 1)
      clock().advance(5_000)
      await store().finishRun(last, { opened: 2 })
      const runs = await store().runs()
      assert.deepEqual(
        runs.map(({ id }) => id),
        [last, first],
      )
      assert.deepEqual(runs[0]?.summary, { opened: 2 })
      assert.equal(runs[1]?.finishedAt, undefined)
      assert.deepEqual(
        (await store().runs({ operation: 'discover', limit: 5 })).map(({ id }) => id),
        [first],
      )
    })

    it('keeps runs of jobs, those that were killed as well, latest first', async () => {
      const startJobRun = async (job: string, batch?: string) => {
        const runId = await store().startRun({ operation: 'job', selection: 'all', devices: 4 })
        await store().startJobRun({ runId, job, ...(batch && { batch }), digest: 'f00d', devices: 4 })
        return runId
      }
      const end = { succeeded: 2, failed: 1, notStarted: 1, retries: 5, saved: 2, stoppedBecause: 'stopped' }
      const first = await startJobRun('versions')
      clock().advance(1_000)
      await store().finishJobRun(first, end)
      await startJobRun('versions', 'nightly')
      const [killed, ended] = await store().jobRuns({ job: 'versions' })
      assert.deepEqual([killed?.batch, killed?.finishedAt, killed?.succeeded], ['nightly', undefined, 0])
      const { startedAt, finishedAt, ...rest } = ended ?? assert.fail('one run')
      assert.deepEqual(rest, { runId: first, job: 'versions', digest: 'f00d', devices: 4, ...end })
      assert.equal((finishedAt?.getTime() ?? 0) - startedAt.getTime(), 1_000)
      // A batch has its jobs' runs.
      assert.deepEqual(
        (await store().jobRuns({ job: 'nightly' })).map(({ job }) => job),
        ['versions'],
      )
      assert.equal((await store().jobRuns({ limit: 1 })).length, 1)
      assert.deepEqual(await store().jobRuns({ job: 'other' }), [])
    })

    it('tells good captures from held ones', async () => {
      const { path: _, commit: __, ...common } = snapshot
      const later = new Date('2026-01-02T10:00:00Z')
      const good = await store().saveSnapshot(snapshot)
      const held = await store().saveSnapshot({ ...common, capturedAt: later, heldBecause: 'cut off', blob: 'b10b' })
      await store().saveSnapshot({ ...snapshot, device: 'sw-2' })
      assert.deepEqual(await store().snapshots('sw-1', { held: false }), [{ ...snapshot, id: good }])
      assert.deepEqual(
        (await store().snapshots('sw-1')).map(({ id }) => id),
        [held, good],
      )
      assert.equal((await store().snapshots(undefined, { held: true })).length, 1)
      assert.equal((await store().snapshots(undefined, { limit: 2 })).length, 2)
      await store().dropSnapshot(held)
      assert.equal((await store().snapshots(undefined, { held: true })).length, 0)
    })

    it('knows the last good capture of each device, and when it was seen again', async () => {
      const { path: _, commit: __, ...common } = snapshot
      const later = new Date('2026-01-02T10:00:00Z')
      await store().saveSnapshot(snapshot)
      const last = await store().saveSnapshot({ ...snapshot, capturedAt: later, seenAt: later })
      await store().saveSnapshot({ ...common, capturedAt: later, heldBecause: 'cut off' })
      await store().saveSnapshot({ ...snapshot, device: 'sw-2', configuration: 'startup' })
      const seen = new Date('2026-01-03T10:00:00Z')
      await store().confirmSnapshot(last, seen)
      assert.deepEqual(
        [...(await store().lastSnapshots())].map(([device, { id, seenAt }]) => [device, id, seenAt]),
        [['sw-1', last, seen]],
      )
      assert.deepEqual([...(await store().lastSnapshots('startup')).keys()], ['sw-2'])
    })

    it('tells what is proven from what is only stored, and forgets the doubt when it is', async () => {
      const later = new Date('2026-01-02T10:00:00Z')
      const unprovenBecause = 'nothing in it marks its end'
      const good = await store().saveSnapshot(snapshot)
      const last = await store().saveSnapshot({ ...snapshot, capturedAt: later, seenAt: later, unprovenBecause })
      const ids = async (proven: boolean) => (await store().lastSnapshots('running', { proven })).get('sw-1')?.id
      assert.deepEqual([await ids(false), await ids(true)], [last, good])
      await store().confirmSnapshot(last, later, unprovenBecause)
      assert.equal((await store().lastSnapshots()).get('sw-1')?.unprovenBecause, unprovenBecause)
      await store().confirmSnapshot(last, later)
      assert.deepEqual([await ids(false), await ids(true)], [last, last])
      assert.equal((await store().lastSnapshots()).get('sw-1')?.unprovenBecause, undefined)
    })

    it('remembers what the vault looked like, per workspace', async () => {
      const pin = { vaultId: 'v', fingerprint: 'f', epoch: 2, revs: { 'core-admin': 3 } }
      assert.equal(await store().vaultPin(), undefined)
      await store().saveVaultPin({ ...pin, epoch: 1 })
      await store().saveVaultPin(pin)
      assert.deepEqual(await store().vaultPin(), pin)
      assert.equal(await (await open('branch')).vaultPin(), undefined)
    })

    it('changes its version with every write, whoever writes, and with nothing else', async () => {
      const other = await open()
      const seen = [await store().version()]
      await store().saveDevice(device)
      seen.push(await store().version())
      await other.saveDevice({ ...device, device: 'sw-2' })
      seen.push(await store().version())
      assert.equal(new Set(seen).size, 3)
      await store().devices()
      await other.devices()
      assert.equal(await store().version(), seen[2])
    })
  })

  describe('audit trail', () => {
    beforeEach(async () => {
      for (let i = 1; i <= 5; i++) await attempt(attemptRequest(`sw-${i}`, { runId: 'run' }), 'ok')
    })

    it('says who used which credential where, and what came of it', async () => {
      const [entry] = await store().audit({ device: 'sw-3' })
      assert.ok(entry)
      const { seq, user, program, action, credential, username, runId, result: outcome } = entry
      assert.deepEqual(
        { seq, user, program, action, credential, username, runId, outcome },
        {
          seq: 3,
          user: 'operator',
          program: 'netlatch',
          action: 'login',
          credential: 'core-admin',
          username: 'netops',
          runId: 'run',
          outcome: 'ok',
        },
      )
      assert.equal((await store().audit({ credential: 'core-admin', limit: 2 })).length, 2)
    })

    it('holds when nobody touched it, and its head appears again later', async () => {
      const before = await store().verifyAudit()
      assert.ok(before.intact)
      assert.equal(before.entries, 5)
      await attempt(attemptRequest('sw-6'), 'ok')
      const after = await store().verifyAudit({ expectHead: before.head })
      assert.ok(after.intact)
      assert.equal(after.entries, 6)
    })

    const tampering: readonly (readonly [what: string, statements: readonly string[], seq: number, found: string])[] = [
      ['a changed entry', ["update audit set result = 'unsent' where seq = 3"], 3, 'changed'],
      ['a changed link', ['update audit set previous = hash where seq = 3'], 3, 'changed'],
      ['a removed entry', ['delete from audit where seq = 2'], 2, 'missing'],
      ['a removed last entry', ['delete from audit where seq = 5'], 5, 'missing'],
      [
        'a cut tail whose head was set back with it',
        ['delete from audit where seq = 5', 'update audit_heads set seq = 4'],
        4,
        'changed',
      ],
      ['a removed head', ['delete from audit_heads'], 5, 'changed'],
      [
        'entries in another order',
        [
          'update audit set seq = 99 where seq = 2',
          'update audit set seq = 2 where seq = 3',
          'update audit set seq = 3 where seq = 99',
        ],
        2,
        'changed',
      ],
      ['an entry added at the end', [copyOfEntry(6)], 6, 'added'],
      ['an entry added before the first', [copyOfEntry(0)], 0, 'added'],
      ['an entry of another workspace', ["update audit set workspace = 'x' where seq = 4"], 4, 'missing'],
    ]
    for (const [what, statements, seq, found] of tampering)
      it(`finds ${what}`, async () => {
        for (const statement of statements) await execute(statement)
        assert.deepEqual(await store().verifyAudit(), { intact: false, seq, found })
      })

    it('finds a tail that was cut off with a head that fits, by a head noted before', async () => {
      const before = await store().verifyAudit()
      assert.ok(before.intact)
      await execute('delete from audit where seq = 5')
      await execute('update audit_heads set seq = 4, hash = (select hash from audit where seq = 4)')
      assert.ok((await store().verifyAudit()).intact, 'the chain alone cannot tell')
      assert.deepEqual(await store().verifyAudit({ expectHead: before.head }), {
        intact: false,
        seq: 4,
        found: 'replaced',
      })
    })

    it('finds a chain that was written anew, by a head noted before', async () => {
      const before = await store().verifyAudit()
      assert.ok(before.intact)
      await execute('delete from audit')
      await execute('delete from audit_heads')
      await attempt(attemptRequest('sw-1'), 'ok')
      assert.ok((await store().verifyAudit()).intact)
      assert.deepEqual(await store().verifyAudit({ expectHead: before.head }), {
        intact: false,
        seq: 1,
        found: 'replaced',
      })
    })
  })
}
