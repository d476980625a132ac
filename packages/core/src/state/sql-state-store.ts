import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AttemptOutcome } from '../model.ts'
import type { DeviceResult } from '../progress.ts'
import type { AccountCharge, AttemptRequest, Grant, Verdict } from '../safety/attempt.ts'
import { IdSource } from './new-id.ts'
import type { Program } from './programs.ts'
import { appendAudit, selectAudit, verifyChain } from './sql-audit.ts'
import { carryOverIn } from './sql-carry.ts'
import { selectCredentialStats, selectDevices, upsertDevice } from './sql-devices.ts'
import type { SqlEngine } from './sql-engine.ts'
import { overdueGrants, selectHistory } from './sql-grants.ts'
import { endJobRun, insertJobRun, selectJobRuns } from './sql-job-runs.ts'
import { expireIn, finishIn, type LedgerScope, previewIn, reserveIn } from './sql-ledger.ts'
import { type Released, releaseIn } from './sql-release.ts'
import { endRun, insertRun, selectResults, selectRuns, upsertResult } from './sql-runs.ts'
import { deleteSnapshot, insertSnapshot, selectLastSnapshots, selectSnapshots, updateSeenAt } from './sql-snapshots.ts'
import { selectHomes, selectRejections, selectStanding } from './sql-standing.ts'
import { selectVaultPin, upsertVaultPin } from './sql-vault-pin.ts'
import type {
  AccountKey,
  AuditQuery,
  DeviceRecord,
  JobRunEnd,
  SnapshotQuery,
  SnapshotRecord,
  StateStore,
  VaultPin,
} from './state-store.ts'
import { type Clock, StoreClock } from './store-clock.ts'

/** Requests that one transaction previews; the event loop is free between two. */
const previewedAtOnce = 16

const unsettled = { ifBusy: 'The attempt counts as failed once its deadline has passed.' }
const nothingSent = { ifBusy: 'Nothing was sent.' }

/** The store over any SQL engine. Each method is one transaction; the SQL lies in the sql-*.ts files, by topic. */
export class SqlStateStore implements StateStore {
  readonly #engine: SqlEngine
  readonly #scope: LedgerScope
  readonly #clock: StoreClock
  readonly #ids = new IdSource()

  constructor(engine: SqlEngine, scope: { readonly workspace: string; readonly program: Program }, clock: Clock) {
    this.#engine = engine
    this.#scope = scope
    this.#clock = new StoreClock(clock)
  }

  get #workspace(): string {
    return this.#scope.workspace
  }

  async reserve(request: AttemptRequest): Promise<Verdict> {
    for (;;) {
      const verdict = await this.#engine.write(async (db) => {
        const now = await this.#clock.tick(db)
        const settled = await expireIn(db, this.#scope, now)
        return settled ? reserveIn(db, this.#scope, request, now, this.#ids) : undefined
      }, nothingSent)
      if (verdict) return verdict
    }
  }

  async finish(grant: Grant, outcome: AttemptOutcome): Promise<boolean> {
    for (;;) {
      const ended = await this.#engine.write(async (db) => {
        const now = await this.#clock.tick(db)
        const settled = await expireIn(db, this.#scope, now)
        return settled ? finishIn(db, this.#scope, grant.id, outcome, now) : undefined
      }, unsettled)
      if (ended !== undefined) return ended
    }
  }

  async preview(requests: readonly AttemptRequest[]): Promise<readonly Verdict[]> {
    await this.#settleOverdue()
    const verdicts: Verdict[] = []
    for (let start = 0; start < requests.length; start += previewedAtOnce) {
      if (start > 0) await nextTurn()
      await this.#engine.read(async (db) => {
        const now = await this.#clock.peek(db)
        for (const request of requests.slice(start, start + previewedAtOnce))
          verdicts.push(await previewIn(db, this.#workspace, request, now))
      })
    }
    return verdicts
  }

  async accounts(keys: Parameters<StateStore['accounts']>[0]) {
    await this.#settleOverdue()
    return this.#readEach(keys, (db, key) => selectStanding(db, this.#workspace, key))
  }

  async homes(keys: readonly AccountKey[]) {
    await this.#settleOverdue()
    return (await this.#readEach(keys, (db, key) => selectHomes(db, this.#workspace, key))).flat()
  }

  release(keys: readonly AccountKey[], secretIds: readonly string[]): Promise<Released> {
    const { workspace, program } = this.#scope
    return this.#engine.write(async (db) => {
      const now = await this.#clock.tick(db)
      let all: Released = { quarantines: 0, failures: 0 }
      for (const key of keys) {
        const lifted = await releaseIn(db, workspace, key, secretIds)
        all = { quarantines: all.quarantines + lifted.quarantines, failures: all.failures + lifted.failures }
        const result = `${lifted.quarantines} quarantines, ${lifted.failures} failures`
        const nowhere = { device: null, credential: null, ground: null, runId: null }
        const fact = { action: 'release', username: key.username, secretId: secretIds.join(' '), result } as const
        await appendAudit(db, workspace, program, { ...nowhere, ...fact }, now)
      }
      return all
    })
  }

  carryOver(from: AccountKey, to: AccountCharge): Promise<void> {
    return this.#engine.write((db) => carryOverIn(db, this.#workspace, from, to))
  }

  rejections(devices?: readonly string[]) {
    return this.#engine.read((db) => selectRejections(db, this.#workspace, devices))
  }

  devices(names?: readonly string[]) {
    return this.#engine.read((db) => selectDevices(db, this.#workspace, names))
  }

  saveDevice(record: DeviceRecord): Promise<void> {
    return this.#engine.write((db) => upsertDevice(db, this.#workspace, record))
  }

  history(device: string, options: { readonly limit?: number } = {}) {
    return this.#engine.read(async (db) => {
      const now = await this.#clock.peek(db)
      return selectHistory(db, this.#workspace, device, { limit: options.limit ?? 100, now })
    })
  }

  credentialStats() {
    return this.#engine.read((db) => selectCredentialStats(db, this.#workspace))
  }

  startRun(run: Parameters<StateStore['startRun']>[0]): Promise<string> {
    const { operation, selection, devices } = run
    return this.#engine.write(async (db) => {
      const now = await this.#clock.tick(db)
      const id = this.#ids.next(now)
      await insertRun(db, this.#workspace, { id, operation, selection, devices }, now)
      return id
    }, nothingSent)
  }

  saveResult(runId: string, result: DeviceResult): Promise<void> {
    return this.#engine.write((db) => upsertResult(db, this.#workspace, runId, result))
  }

  finishRun(runId: string, summary: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#engine.write(async (db) => {
      await endRun(db, this.#workspace, runId, summary, await this.#clock.tick(db))
    })
  }

  runs(options: { readonly operation?: string; readonly limit?: number } = {}) {
    return this.#engine.read((db) => selectRuns(db, this.#workspace, options))
  }

  results(runId?: string) {
    return this.#engine.read((db) => selectResults(db, this.#workspace, runId))
  }

  startJobRun(run: Parameters<StateStore['startJobRun']>[0]): Promise<void> {
    return this.#engine.write(
      async (db) => insertJobRun(db, this.#workspace, run, await this.#clock.tick(db)),
      nothingSent,
    )
  }

  finishJobRun(runId: string, end: JobRunEnd): Promise<void> {
    return this.#engine.write(async (db) => endJobRun(db, this.#workspace, runId, end, await this.#clock.tick(db)))
  }

  jobRuns(options: { readonly job?: string; readonly limit?: number } = {}) {
    return this.#engine.read((db) => selectJobRuns(db, this.#workspace, options))
  }

  snapshots(device?: string, options: SnapshotQuery = {}) {
    return this.#engine.read((db) => selectSnapshots(db, this.#workspace, device, options))
  }

  lastSnapshots(
    configuration: SnapshotRecord['configuration'] = 'running',
    options: { readonly proven?: boolean } = {},
  ) {
    return this.#engine.read((db) => selectLastSnapshots(db, this.#workspace, configuration, options))
  }

  confirmSnapshot(id: string, at: Date, unprovenBecause: string | null = null): Promise<void> {
    return this.#engine.write((db) => updateSeenAt(db, this.#workspace, id, { at, unprovenBecause }))
  }

  saveSnapshot(snapshot: Omit<SnapshotRecord, 'id'>): Promise<string> {
    return this.#engine.write(async (db) => {
      const id = this.#ids.next(await this.#clock.tick(db))
      await insertSnapshot(db, this.#workspace, { ...snapshot, id })
      return id
    })
  }

  dropSnapshot(id: string): Promise<void> {
    return this.#engine.write((db) => deleteSnapshot(db, this.#workspace, id))
  }

  vaultPin() {
    return this.#engine.read((db) => selectVaultPin(db, this.#workspace))
  }

  saveVaultPin(pin: VaultPin): Promise<void> {
    return this.#engine.write((db) => upsertVaultPin(db, this.#workspace, pin))
  }

  audit(query: AuditQuery = {}) {
    return this.#engine.read((db) => selectAudit(db, this.#workspace, query))
  }

  verifyAudit(options: { readonly expectHead?: string } = {}) {
    return verifyChain((work) => this.#engine.read(work), this.#workspace, options.expectHead)
  }

  version(): Promise<number> {
    return this.#engine.version()
  }

  versionOfOthers(): Promise<number> {
    return this.#engine.versionOfOthers()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine[Symbol.asyncDispose]()
  }

  #readEach<K, T>(
    keys: readonly K[],
    read: (db: Parameters<Parameters<SqlEngine['read']>[0]>[0], key: K) => Promise<T>,
  ) {
    return this.#engine.read(async (db) => {
      const found: T[] = []
      for (const key of keys) found.push(await read(db, key))
      return found
    })
  }

  /** What is shown must not rest on grants that have run out. Writes only when there are any. */
  async #settleOverdue(): Promise<void> {
    const overdue = await this.#engine.read(async (db) =>
      overdueGrants(db, this.#workspace, await this.#clock.peek(db), 1),
    )
    if (overdue.length === 0) return
    let settled = false
    while (!settled)
      settled = await this.#engine.write(
        async (db) => expireIn(db, this.#scope, await this.#clock.tick(db)),
        nothingSent,
      )
  }
}
