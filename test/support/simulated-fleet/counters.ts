import type { AccountState } from './accounts.ts'

/** One secret that a device received, and what it answered. The secret itself is never kept. */
export interface SeenAttempt {
  readonly device: string
  readonly username: string
  readonly method: 'password' | 'keyboard-interactive' | 'publickey' | 'enable'
  readonly outcome: SeenOutcome
  /** Milliseconds of the fleet's clock (Date.now() unless it was advanced), when the secret came in. */
  readonly at: number
  /** Which connection to this device, counted from 1. */
  readonly connection: number
}

/**
 * - `accepted`, `rejected`: answered so · `locked`: refused because the account is locked
 * - `hung`: wrong, and not answered · `reset`: the connection was reset instead of an answer
 * - `expired`, `partial`: right, and a change or a second factor was asked for · `extra`: more was asked before a decision
 */
export type SeenOutcome = 'accepted' | 'rejected' | 'locked' | 'hung' | 'reset' | 'expired' | 'partial' | 'extra'

export interface DeviceCounters {
  readonly connections: number
  readonly openConnections: number
  readonly peakConnections: number
  /** Authentication requests by method, `none` among them. A keyboard-interactive round is one request. */
  readonly authRequests: Readonly<Record<string, number>>
  /** Passwords and keyboard-interactive answers and enable secrets that came in; 0 proves that none was sent here. */
  readonly secretsSeen: number
  readonly logins: number
  /** Shells and exec requests. */
  readonly sessions: number
  readonly commands: number
  /** Whole running configurations that were written out to the end. */
  readonly configurationsServed: number
  /** What the latest terminal was told last. */
  readonly terminalSize?: TerminalSize
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

export interface AccountCounters extends AccountState {
  /** The realm or the device that counts. */
  readonly countedBy: string
}

export interface FleetCounters extends DeviceCounters {
  readonly devices: Readonly<Record<string, DeviceCounters>>
  readonly accounts: readonly AccountCounters[]
  /** Accounts that are locked now. */
  readonly lockedAccounts: number
  /** Locks that ever happened, and `login block-for` quiet modes. */
  readonly locks: number
  readonly quietModes: number
  /** In the order they came in. */
  readonly attempts: readonly SeenAttempt[]
}

/** The counters of one device while they are being counted. */
export class Counter {
  connections = 0
  openConnections = 0
  peakConnections = 0
  readonly authRequests: Record<string, number> = {}
  secretsSeen = 0
  logins = 0
  sessions = 0
  commands = 0
  configurationsServed = 0
  terminalSize: TerminalSize | undefined

  connected(): void {
    this.connections += 1
    this.openConnections += 1
    this.peakConnections = Math.max(this.peakConnections, this.openConnections)
  }

  disconnected(): void {
    this.openConnections -= 1
  }

  authRequest(method: string): void {
    this.authRequests[method] = (this.authRequests[method] ?? 0) + 1
  }

  snapshot(): DeviceCounters {
    return {
      connections: this.connections,
      openConnections: this.openConnections,
      peakConnections: this.peakConnections,
      authRequests: { ...this.authRequests },
      secretsSeen: this.secretsSeen,
      logins: this.logins,
      sessions: this.sessions,
      commands: this.commands,
      configurationsServed: this.configurationsServed,
      ...(this.terminalSize && { terminalSize: this.terminalSize }),
    }
  }
}

/** Sums of everything but the peak: ten devices' peaks need not have been at one time. */
export function addUp(counters: Iterable<DeviceCounters>, peakConnections: number): DeviceCounters {
  const sum = new Counter()
  for (const one of counters) {
    sum.connections += one.connections
    sum.openConnections += one.openConnections
    for (const [method, count] of Object.entries(one.authRequests)) {
      sum.authRequests[method] = (sum.authRequests[method] ?? 0) + count
    }
    sum.secretsSeen += one.secretsSeen
    sum.logins += one.logins
    sum.sessions += one.sessions
    sum.commands += one.commands
    sum.configurationsServed += one.configurationsServed
  }
  return { ...sum.snapshot(), peakConnections }
}
