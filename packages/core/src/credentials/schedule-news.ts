import type { Credential, Device } from '../model.ts'
import type { KnownState } from './known-state.ts'
import type { ScheduleInput } from './schedule.ts'

/** What became of a credential on a device, in this run or in another. */
export interface News {
  readonly device: Device
  readonly credential: Credential
}

/** Tells what the state says that this run has not counted as evidence yet: every device and credential once. */
export class Newsreader {
  readonly #input: Pick<ScheduleInput, 'credentials' | 'secretIdOf'>
  readonly #deviceNamed: (name: string) => Device | undefined
  readonly #byName: ReadonlyMap<string, Credential>
  readonly #read = new Set<string>()

  constructor(
    input: Pick<ScheduleInput, 'credentials' | 'secretIdOf'>,
    deviceNamed: (name: string) => Device | undefined,
  ) {
    this.#input = input
    this.#deviceNamed = deviceNamed
    this.#byName = new Map(input.credentials.map((credential) => [credential.name, credential]))
  }

  opened({ devices }: KnownState): readonly News[] {
    return [...devices.values()].flatMap(({ device: name, credential: by, openedAt }) => {
      const credential = by === null || !openedAt ? undefined : this.#byName.get(by)
      const device = credential && this.#deviceNamed(name)
      return device && this.isNews({ device, credential }, 'opened') ? [{ device, credential }] : []
    })
  }

  rejected({ rejections }: KnownState): readonly News[] {
    return [...rejections].flatMap(([name, secretIds]) => {
      const device = this.#deviceNamed(name)
      if (!device) return []
      return this.#input.credentials
        .filter((credential) => secretIds.has(this.#input.secretIdOf(credential, device)))
        .map((credential) => ({ device, credential }))
        .filter((news) => this.isNews(news, 'rejected'))
    })
  }

  /** Asking makes it known. */
  isNews({ device, credential }: News, what: 'opened' | 'rejected'): boolean {
    const key = JSON.stringify([device.name, credential.name, what])
    if (this.#read.has(key)) return false
    this.#read.add(key)
    return true
  }
}
