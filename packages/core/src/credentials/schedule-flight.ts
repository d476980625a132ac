import { siteOf } from '../safety/device-site.ts'
import type { LiveGrant } from '../safety/ledger-state.ts'
import type { ScheduledTry } from './schedule.ts'
import type { Entry } from './schedule-entries.ts'

export interface Running {
  /** Absent for a recheck or verification outside of the run's devices, or on one that is done. */
  readonly entry: Entry | undefined
  /** The forecast's. */
  readonly grant: LiveGrant
  /** Expected to work: the doubtful wait for its end. */
  readonly isLikely: boolean
}

/** The tries that were handed out and have not ended; at most one for each device. */
export class Flight {
  readonly #running = new Map<string, Running>()
  readonly #atSite = new Map<string, number>()
  #likely = 0

  get size(): number {
    return this.#running.size
  }

  get hasLikely(): boolean {
    return this.#likely > 0
  }

  has(device: string): boolean {
    return this.#running.has(device)
  }

  atSite(site: string): number {
    return this.#atSite.get(site) ?? 0
  }

  start({ device }: Pick<ScheduledTry, 'device'>, running: Running): void {
    this.#running.set(device.name, running)
    this.#count(siteOf(device), running, 1)
  }

  /** Throws for a try that has ended: the driver is at fault. */
  end({ device }: Pick<ScheduledTry, 'device'>): Running {
    const running = this.#running.get(device.name)
    if (!running) throw new TypeError(`${device.name}: no try is in flight.`)
    this.#running.delete(device.name)
    this.#count(siteOf(device), running, -1)
    return running
  }

  #count(site: string, { isLikely }: Running, by: 1 | -1): void {
    this.#atSite.set(site, this.atSite(site) + by)
    if (isLikely) this.#likely += by
  }
}
