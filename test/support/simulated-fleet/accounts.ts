import type { AccountDescription, Lockout } from './description.ts'

/** What an account book knows about one username. Unknown usernames are counted too, and answered like wrong passwords. */
export interface AccountState {
  readonly username: string
  readonly attempts: number
  /** Passwords refused while the account was open. */
  readonly failures: number
  /** Passwords refused because the account was locked, right or wrong. */
  readonly refusedWhileLocked: number
  readonly consecutiveFailures: number
  readonly worstConsecutiveFailures: number
  /** How often it has been locked. */
  readonly locks: number
  readonly locked: boolean
  /** Most logins that were being decided at once. */
  readonly peakInFlight: number
}

export type Verdict = 'accepted' | 'rejected' | 'locked'

/** The accounts of one login server or one device, and their failure counters. */
export class AccountBook {
  readonly #accounts = new Map<string, AccountDescription>()
  readonly #records = new Map<string, MutableRecord>()
  readonly #lockout: Lockout | undefined
  readonly #now: () => number

  constructor(accounts: readonly AccountDescription[], lockout: Lockout | undefined, now: () => number) {
    for (const account of accounts) this.#accounts.set(account.username, account)
    this.#lockout = lockout
    this.#now = now
  }

  account(username: string): AccountDescription | undefined {
    return this.#accounts.get(username)
  }

  /** A login is being decided; returns how many are, this one included. */
  enter(username: string): number {
    const record = this.#record(username)
    record.inFlight += 1
    record.peakInFlight = Math.max(record.peakInFlight, record.inFlight)
    return record.inFlight
  }

  leave(username: string): void {
    this.#record(username).inFlight -= 1
  }

  checkPassword(username: string, password: string): Verdict {
    const account = this.#accounts.get(username)
    return this.#decide(username, account?.password !== undefined && account.password === password)
  }

  /** A proven private key; a locked account takes no key either. */
  checkKey(username: string): Verdict {
    return this.#decide(username, this.#accounts.has(username))
  }

  changePassword(username: string, password: string): void {
    const account = this.#accounts.get(username)
    if (account === undefined) throw new Error(`no account ${username}`)
    this.#accounts.set(username, { ...account, password })
  }

  unlock(username: string): void {
    const record = this.#record(username)
    record.lockedSince = undefined
    record.consecutive = 0
  }

  states(): AccountState[] {
    return [...this.#records].map(([username, record]) => ({
      username,
      attempts: record.attempts,
      failures: record.failures,
      refusedWhileLocked: record.refusedWhileLocked,
      consecutiveFailures: record.consecutive,
      worstConsecutiveFailures: record.worst,
      locks: record.locks,
      locked: this.#isLocked(record),
      peakInFlight: record.peakInFlight,
    }))
  }

  #decide(username: string, right: boolean): Verdict {
    const now = this.#now()
    const record = this.#record(username)
    record.attempts += 1
    if (this.#isLocked(record)) {
      record.refusedWhileLocked += 1
      return 'locked'
    }
    if (record.lockedSince !== undefined) {
      record.lockedSince = undefined
      record.consecutive = 0
    }
    if (right) {
      record.consecutive = 0
      return 'accepted'
    }
    if (now - record.lastFailure > (this.#lockout?.withinMs ?? Number.POSITIVE_INFINITY)) record.consecutive = 0
    record.failures += 1
    record.consecutive += 1
    record.worst = Math.max(record.worst, record.consecutive)
    record.lastFailure = now
    if (this.#lockout !== undefined && record.consecutive >= this.#lockout.after) {
      record.lockedSince = now
      record.locks += 1
    }
    return 'rejected'
  }

  #isLocked(record: MutableRecord): boolean {
    if (record.lockedSince === undefined) return false
    return this.#now() - record.lockedSince < (this.#lockout?.forMs ?? Number.POSITIVE_INFINITY)
  }

  #record(username: string): MutableRecord {
    let record = this.#records.get(username)
    if (record === undefined) {
      record = {
        attempts: 0,
        failures: 0,
        refusedWhileLocked: 0,
        consecutive: 0,
        worst: 0,
        locks: 0,
        inFlight: 0,
        peakInFlight: 0,
        lastFailure: Number.NEGATIVE_INFINITY,
        lockedSince: undefined,
      }
      this.#records.set(username, record)
    }
    return record
  }
}

interface MutableRecord {
  attempts: number
  failures: number
  refusedWhileLocked: number
  consecutive: number
  worst: number
  locks: number
  inFlight: number
  peakInFlight: number
  lastFailure: number
  lockedSince: number | undefined
}
