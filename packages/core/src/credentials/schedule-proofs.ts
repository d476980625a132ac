import type { Credential, Device } from '../model.ts'
import type { AttemptRequest } from '../safety/attempt.ts'
import { siteOf } from '../safety/device-site.ts'
import type { HomeSlice, HomeTally } from '../safety/ledger-state.ts'
import { foldUsername } from '../safety/realms.ts'
import type { Forecast } from './forecast.ts'
import type { RankedCandidate, Ranking } from './rank-candidates.ts'
import type { ScheduleInput } from './schedule.ts'

/** A login where the secret has worked before: it decides about an open failure, or renews a stale proof. */
export interface Proof {
  readonly device: Device
  readonly credential: Credential
  readonly request: AttemptRequest
}

const witnessesToAsk = 8

/** Makes the requests of a run, and finds where secrets can be proved again. */
export class Proofs {
  readonly #input: ScheduleInput
  readonly #forecast: Forecast
  readonly #ranking: Ranking
  readonly #deviceNamed: (name: string) => Device | undefined
  readonly #unreachable = new Set<string>()
  /** Where each username failed last: asking there tells a bad secret from a server that one site cannot reach. */
  readonly #failedAt = new Map<string, string>()
  readonly #nowhereToRecheck: Set<string>
  /** What devices refused in this run: not asked again, whoever wants to retry. */
  readonly #refused = new Set<string>()

  constructor(
    input: ScheduleInput,
    forecast: Forecast,
    ranking: Ranking,
    deviceNamed: (name: string) => Device | undefined,
  ) {
    this.#input = input
    this.#forecast = forecast
    this.#ranking = ranking
    this.#deviceNamed = deviceNamed
    const homes = [...forecast.tables.homes()].filter((home) => forecast.tables.devicesOf(home).length === 0)
    this.#nowhereToRecheck = new Set(homes.map(({ secretId }) => secretId))
  }

  requestFor(
    device: Device,
    { credential, confidence, namedByTag }: Pick<RankedCandidate, 'credential'> & Partial<RankedCandidate>,
  ): AttemptRequest {
    const secretId = this.#input.secretIdOf(credential, device)
    return {
      device: device.name,
      site: siteOf(device),
      platform: device.platform,
      credential: credential.name,
      purpose: 'login',
      secretId,
      charges: this.#input.charge(device, credential),
      ...(confidence !== undefined && { confidence }),
      ...(namedByTag !== undefined && { namedByTag }),
      ...(this.#nowhereToRecheck.has(secretId) && { nowhereToRecheck: true }),
      ...(this.#input.retryRejected && !this.#refused.has(refusal(device.name, secretId)) && { retryRejected: true }),
    }
  }

  /** Logins that would lift the refusal of a request, the likeliest to tell first. */
  *lifting(request: AttemptRequest, reason: 'verify-first' | 'recheck-first'): Generator<Proof> {
    for (const home of this.#toProve(request, reason)) {
      const site = (reason === 'verify-first' && this.#failedAt.get(home.account.username)) || request.site
      for (const device of this.#witnessesOf(home, site).slice(0, witnessesToAsk)) {
        const credential = this.#input.credentials.find(
          (each) => this.#input.secretIdOf(each, device) === home.secretId,
        )
        if (!credential) continue
        const namedByTag = this.#ranking.isNamed(device, credential)
        yield { device, credential, request: this.requestFor(device, { credential, namedByTag }) }
      }
    }
  }

  /** Takes stale proof for none where nothing that the secret has opened can be asked. True when that is new. */
  giveUpRecheck({ secretId }: AttemptRequest): boolean {
    const homes = [...this.#forecast.tables.homes()].filter((home) => home.secretId === secretId)
    if (this.#nowhereToRecheck.has(secretId) || homes.some((home) => this.#witnessesOf(home, '').length > 0))
      return false
    this.#nowhereToRecheck.add(secretId)
    return true
  }

  failed({ device, credential, request }: Proof): void {
    this.#refused.add(refusal(device.name, request.secretId))
    this.#failedAt.set(foldUsername(credential.username), siteOf(device))
  }

  unreachable({ name }: Device): void {
    this.#unreachable.add(name)
  }

  #toProve(request: AttemptRequest, reason: 'verify-first' | 'recheck-first'): readonly HomeSlice[] {
    const homes = this.#forecast.tables.load(request).accounts.flatMap((account) => account.homes)
    if (reason === 'recheck-first') return homes.filter(({ secretId }) => secretId === request.secretId)
    return homes.filter(({ failures, quarantinedAt }) => failures.length > 0 && quarantinedAt === undefined)
  }

  /** Devices that a home has opened and that can be asked: those of the site first, then the latest. */
  #witnessesOf(home: Pick<HomeTally, 'account' | 'secretId'>, site: string): readonly Device[] {
    const devices = this.#forecast.tables.devicesOf(home).flatMap(({ device: name }) => {
      const device = this.#unreachable.has(name) ? undefined : this.#deviceNamed(name)
      return device ? [device] : []
    })
    const isNear = (device: Device) => siteOf(device) === site
    return [...devices.filter(isNear), ...devices.filter((device) => !isNear(device))]
  }
}

function refusal(device: string, secretId: string): string {
  return JSON.stringify([device, secretId])
}
