import type {
  Account,
  AccountSlice,
  CellTally,
  DeviceTally,
  HomeSlice,
  HomeTally,
  LedgerChanges,
  LedgerSlice,
  LiveCharge,
  LiveGrant,
  OpenedDevice,
  OpenFailure,
  PairTally,
  SliceKey,
} from './ledger-state.ts'

/** The ledger's rows held in memory: loads a slice and writes changes back, as a database does inside a transaction. */
export interface LedgerTables {
  load(key: SliceKey): LedgerSlice
  apply(changes: LedgerChanges): void
  addGrant(grant: LiveGrant): void
  removeGrant(grant: LiveGrant): void
  /** Homes of all accounts. */
  homes(): Iterable<HomeTally>
  /** Devices that a home has opened, latest first. */
  devicesOf(home: Pick<HomeTally, 'account' | 'secretId'>): readonly OpenedDevice[]
  openFailures(): Iterable<OpenFailure>
  pairs(): Iterable<PairTally>
  cells(): Iterable<CellTally>
}

interface HomeRows {
  tally: HomeTally
  readonly devices: Map<string, OpenedDevice>
  readonly sites: Map<string, number>
  readonly platforms: Map<string, number>
}

interface AccountRows {
  /** Made anew with each grant, and read for every device of a run. */
  inFlight: readonly LiveCharge[]
  readonly homes: Map<string, HomeRows>
  open: readonly OpenFailure[]
}

export function createLedgerTables(): LedgerTables {
  const devices = new Map<string, DeviceTally>()
  const deviceGrants = new Map<string, number>()
  const rejections = new Set<string>()
  const quarantined = new Set<string>()
  const pairs = new Map<string, PairTally>()
  const accounts = new Map<string, AccountRows>()
  /** Per account and secret, by site and platform. */
  const cells = new Map<string, Map<string, CellTally>>()

  const rowsOf = (account: Account) =>
    entry(accounts, keyOf(account.realm, account.username), () => ({ inFlight: [], homes: new Map(), open: [] }))
  const cellsOf = (account: Account, secretId: string) =>
    entry(cells, keyOf(account.realm, account.username, secretId), () => new Map<string, CellTally>())

  function sharesCell({ account, secretId, openedBy }: OpenFailure): boolean {
    if (!openedBy) return false
    const theirs = cellsOf(openedBy.account, openedBy.secretId)
    return [...cellsOf(account, secretId)].some(([cell, { ok }]) => ok > 0 && (theirs.get(cell)?.ok ?? 0) > 0)
  }

  function loadAccount({ realm, username }: Account, key: SliceKey): AccountSlice {
    const account = { realm, username }
    const rows = rowsOf(account)
    return {
      account,
      inFlight: rows.inFlight,
      open: rows.open.map((failure) => ({ ...failure, sharesCellWithOpener: sharesCell(failure) })),
      pair: pairs.get(keyOf(key.device, realm, username)) ?? { device: key.device, account, failures: [] },
      homes: [...rows.homes.values()].map((home) => homeSlice(home, key)),
      cell: cellsOf(account, key.secretId).get(keyOf(key.site, key.platform)) ?? emptyCell(account, key),
    }
  }

  function count(grant: LiveGrant, by: 1 | -1): void {
    deviceGrants.set(grant.device, (deviceGrants.get(grant.device) ?? 0) + by)
  }

  return {
    load: (key) => ({
      device: devices.get(key.device) ?? { device: key.device, failures: [] },
      deviceInFlight: deviceGrants.get(key.device) ?? 0,
      rejected: rejections.has(keyOf(key.device, key.secretId)),
      quarantined: quarantined.has(key.secretId),
      accounts: key.charges.map((account) => loadAccount(account, key)),
    }),

    apply(changes) {
      if (changes.device) devices.set(changes.device.device, changes.device)
      for (const pair of changes.pairs) pairs.set(keyOf(pair.device, pair.account.realm, pair.account.username), pair)
      for (const tally of changes.homes) {
        const home = entry(rowsOf(tally.account).homes, tally.secretId, () => emptyHome(tally))
        home.tally = tally
        if (tally.quarantinedAt !== undefined) quarantined.add(tally.secretId)
      }
      for (const cell of changes.cells) cellsOf(cell.account, cell.secretId).set(keyOf(cell.site, cell.platform), cell)
      for (const opened of changes.opened) {
        const home = rowsOf(opened.account).homes.get(opened.secretId)
        if (home) open(home, opened)
      }
      for (const { account, secretId, device } of changes.closed) {
        const home = rowsOf(account).homes.get(secretId)
        if (home) close(home, device)
      }
      for (const { account, grantId } of changes.clearedFailures) {
        const rows = rowsOf(account)
        rows.open = rows.open.filter((failure) => failure.grantId !== grantId)
      }
      for (const failure of changes.openFailures) {
        const rows = rowsOf(failure.account)
        rows.open = [...rows.open, failure]
      }
      if (changes.openedBy) {
        const { device, opener } = changes.openedBy
        const isTheirs = (failure: OpenFailure) =>
          failure.device === device && failure.account.username !== opener.account.username
        for (const rows of accounts.values())
          if (rows.open.some(isTheirs))
            rows.open = rows.open.map((failure) => (isTheirs(failure) ? { ...failure, openedBy: opener } : failure))
      }
      if (changes.rejection) {
        const { device, secretId, rejected } = changes.rejection
        if (rejected) rejections.add(keyOf(device, secretId))
        else rejections.delete(keyOf(device, secretId))
      }
    },

    addGrant(grant) {
      count(grant, 1)
      for (const { realm, username, ground } of grant.charges) {
        const rows = rowsOf({ realm, username })
        rows.inFlight = [...rows.inFlight, { grantId: grant.id, secretId: grant.secretId, ground }]
      }
    },
    removeGrant(grant) {
      count(grant, -1)
      for (const charge of grant.charges) {
        const rows = rowsOf(charge)
        rows.inFlight = rows.inFlight.filter(({ grantId }) => grantId !== grant.id)
      }
    },

    homes: () => [...accounts.values()].flatMap(({ homes }) => [...homes.values()].map(({ tally }) => tally)),
    devicesOf: ({ account, secretId }) => [...(rowsOf(account).homes.get(secretId)?.devices.values() ?? [])].reverse(),
    openFailures: () => [...accounts.values()].flatMap(({ open: failures }) => failures),
    pairs: () => pairs.values(),
    cells: () => [...cells.values()].flatMap((ofSecret) => [...ofSecret.values()]),
  }
}

function homeSlice({ tally, devices, sites, platforms }: HomeRows, key: SliceKey): HomeSlice {
  return {
    ...tally,
    openedThisDevice: devices.has(key.device),
    openedThisSite: (sites.get(key.site) ?? 0) > 0,
    openedThisPlatform: (platforms.get(key.platform) ?? 0) > 0,
    openedAnything: devices.size > 0,
  }
}

function open(home: HomeRows, opened: OpenedDevice): void {
  close(home, opened.device)
  // Deleted and set again: a Map keeps the order of insertion, and the latest success stands last.
  home.devices.set(opened.device, opened)
  add(home.sites, opened.site, 1)
  add(home.platforms, opened.platform, 1)
}

function close(home: HomeRows, device: string): void {
  const opened = home.devices.get(device)
  if (!opened) return
  home.devices.delete(device)
  add(home.sites, opened.site, -1)
  add(home.platforms, opened.platform, -1)
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}

function emptyHome(tally: HomeTally): HomeRows {
  return { tally, devices: new Map(), sites: new Map(), platforms: new Map() }
}

function emptyCell(account: Account, { secretId, site, platform }: SliceKey): CellTally {
  return { account, secretId, site, platform, ok: 0, fails: 0, failsInARow: 0 }
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key)
  if (found !== undefined) return found
  const made = make()
  map.set(key, made)
  return made
}

function keyOf(...parts: readonly string[]): string {
  return parts.join('\0')
}
