/**
 * The tables as Kysely sees them; migrations.ts makes them. Times are milliseconds of the store's clock, lists and maps are
 * JSON text, yes and no are 1 and 0: what every engine has. Every row belongs to a workspace.
 */
export interface StateDatabase {
  store: StoreTable
  programs: ProgramsTable
  device_credentials: DeviceCredentialsTable
  credential_stats: CredentialStatsTable
  runs: RunsTable
  run_results: RunResultsTable
  job_runs: JobRunsTable
  snapshots: SnapshotsTable
  vault_pins: VaultPinsTable
  audit: AuditTable
  audit_heads: AuditHeadsTable
  attempts: AttemptsTable
  grant_charges: GrantChargesTable
  device_failures: DeviceFailuresTable
  pair_failures: PairFailuresTable
  homes: HomesTable
  opened_devices: OpenedDevicesTable
  cells: CellsTable
  open_failures: OpenFailuresTable
  rejections: RejectionsTable
}

interface InWorkspace {
  workspace: string
}

interface OfAccount extends InWorkspace {
  realm: string
  username: string
}

/** One row. The clock only ever rises. */
interface StoreTable {
  id: number
  clock: number
}

/** Who has written since it opened the database, so that a lock has a name. */
interface ProgramsTable {
  id: string
  program: string
  user: string
  host: string
  pid: number
  since: number
}

interface DeviceCredentialsTable extends InWorkspace {
  device: string
  credential: string | null
  credential_rev: number | null
  secret_id: string | null
  privilege: string
  code: string
  message: string
  tested_at: number
  opened_at: number | null
  platform: string | null
  methods: string | null
}

interface CredentialStatsTable extends InWorkspace {
  credential: string
  successes: number
  failures: number
  last_used_at: number
  success_rate: number
}

interface RunsTable extends InWorkspace {
  id: string
  operation: string
  selection: string
  devices: number
  started_at: number
  finished_at: number | null
  summary: string | null
}

interface RunResultsTable extends InWorkspace {
  run: string
  device: string
  code: string
  message: string
  credential: string | null
  at: number
}

interface JobRunsTable extends InWorkspace {
  run: string
  job: string
  batch: string | null
  digest: string
  devices: number
  succeeded: number
  failed: number
  not_started: number
  retries: number
  saved: number
  stopped_because: string | null
  started_at: number
  finished_at: number | null
}

interface SnapshotsTable extends InWorkspace {
  id: string
  device: string
  configuration: string
  captured_at: number
  seen_at: number
  bytes: number
  sections: number
  run: string
  sha256: string
  path: string | null
  commit_id: string | null
  held_because: string | null
  unproven_because: string | null
  blob: string | null
}

interface VaultPinsTable extends InWorkspace {
  vault: string
  fingerprint: string
  epoch: number
  revs: string
}

/** Entry `seq` of a workspace follows entry `seq - 1`, whose hash it holds. */
export interface AuditTable extends InWorkspace {
  seq: number
  at: number
  user: string
  host: string
  program: string
  action: string
  device: string | null
  credential: string | null
  username: string
  secret_id: string
  ground: string | null
  run: string | null
  result: string
  previous: string
  hash: string
}

/** Where each chain ends, so that cutting off its tail is noticed too. */
interface AuditHeadsTable extends InWorkspace {
  seq: number
  hash: string
}

/** Every secret that was granted. A row whose outcome is null is a live grant; afterwards it is history. */
export interface AttemptsTable extends InWorkspace {
  id: string
  device: string
  site: string
  platform: string
  credential: string
  username: string
  purpose: string
  secret_id: string
  ground: string
  was_likely: number
  named_by_tag: number
  reserved_at: number
  deadline: number
  finished_at: number | null
  outcome: string | null
  run: string | null
}

/** The accounts that a live grant is charged to; deleted when it ends. Position 0 is the account asked first. */
interface GrantChargesTable extends OfAccount {
  attempt: string
  position: number
  device: string
  secret_id: string
  ground: string
  secrets: number
  policy: string
}

interface DeviceFailuresTable extends InWorkspace {
  device: string
  failures: string
}

interface PairFailuresTable extends OfAccount {
  device: string
  failures: string
}

interface HomesTable extends OfAccount {
  secret_id: string
  purpose: string
  last_ok_at: number
  failures: string
  quarantined_at: number | null
}

interface OpenedDevicesTable extends OfAccount {
  secret_id: string
  device: string
  site: string
  platform: string
  opened_at: number
}

interface CellsTable extends OfAccount {
  secret_id: string
  site: string
  platform: string
  ok: number
  fails: number
  fails_in_a_row: number
}

interface OpenFailuresTable extends OfAccount {
  attempt: string
  secret_id: string
  device: string
  site: string
  platform: string
  failed_at: number
  was_likely: number
  opener_realm: string | null
  opener_username: string | null
  opener_secret_id: string | null
  opener_named_by_tag: number | null
}

interface RejectionsTable extends InWorkspace {
  device: string
  secret_id: string
  since: number
}
