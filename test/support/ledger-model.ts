/**
 * A small network for model checks of the attempt ledger: several programs share one ledger, login servers count failures,
 * programs crash before or after the secret is sent, finish late or twice, have wrong clocks, and passwords change.
 */
import fc from 'fast-check'
import type { AttemptOutcome } from '../../packages/core/src/model.ts'
import { accountBudget, sendWithinMs, windowMs } from '../../packages/core/src/safety/account-budget.ts'
import type { AccountPolicy, AttemptRequest } from '../../packages/core/src/safety/attempt.ts'
import type { LiveGrant } from '../../packages/core/src/safety/ledger-state.ts'
import {
  createMemoryLedger,
  type LedgerRules,
  type MemoryLedger,
} from '../../packages/core/src/safety/memory-ledger.ts'

export type Command =
  | { readonly type: 'reserve'; readonly login: number; readonly device: number; readonly atOnce: boolean }
  | { readonly type: 'send' | 'finish' | 'crash-after-sending' | 'crash-before-sending'; readonly grant: number }
  | { readonly type: 'finish-again'; readonly grant: number }
  | { readonly type: 'wait'; readonly seconds: number }
  | { readonly type: 'slow-clock'; readonly seconds: number }
  | { readonly type: 'change-password' }

export interface World {
  /** `admin` has a second secret in the vault, which the second server takes. */
  readonly twoSecrets: boolean
  /** The second server does not know `admin`: it knows the other username instead. */
  readonly secondServerKnowsOther: boolean
  /** The first server knows the other username too. */
  readonly otherIsShared: boolean
  readonly mayChangePassword: boolean
}

export interface Setup {
  readonly policy: AccountPolicy
  /** The realm that the devices of the first server declare; their logins are charged to it and to the credential's. */
  readonly declared: boolean
  readonly rules: LedgerRules
  /** Programs write the secret even after their grant has run out. */
  readonly sendsLate: boolean
}

type Server = 'first' | 'second' | 'none'

interface ModelDevice {
  readonly name: string
  readonly site: string
  readonly platform: string
  readonly server: Server
}

const places: readonly (readonly [site: string, server: Server])[] = [
  ['A', 'first'],
  ['A', 'first'],
  ['A', 'none'],
  ['B', 'first'],
  ['B', 'none'],
  ['C', 'second'],
  ['C', 'second'],
  ['D', 'second'],
  ['D', 'second'],
  ['E', 'first'],
]

const devices: readonly ModelDevice[] = places.flatMap(([site, server], place) =>
  ['ios', 'eos'].map((platform) => ({ name: `${site}${place}-${platform}`, site, platform, server })),
)

interface Login {
  readonly username: 'admin' | 'other'
  readonly secret: 'old' | 'new' | 'other'
}

/** A grant in the hands of a program, and what became of the secret. */
interface Held {
  readonly grant: LiveGrant
  readonly login: Login
  readonly device: ModelDevice
  outcome?: AttemptOutcome
}

interface Counter {
  streak: number
  worst: number
  /** When the failures in a row by secrets that the counter has never accepted were sent. */
  unproven: number[]
  readonly accepted: Set<string>
}

/** Plays the commands and returns the names of the invariants that broke, with what was seen. */
export function play(commands: readonly Command[], world: World, setup: Setup): readonly string[] {
  const ledger = createMemoryLedger(setup.rules)
  const budget = accountBudget(setup.policy)
  const logins: Login[] = [
    { username: 'admin', secret: 'old' },
    ...(world.twoSecrets ? [{ username: 'admin', secret: 'new' } as const] : []),
    { username: 'other', secret: 'other' },
  ]
  const counters = new Map<string, Counter>()
  const quarantined = new Set<string>()
  const broken: string[] = []
  const held: Held[] = []
  const ended: Held[] = []
  let now = 1_000_000
  let passwordChanged = false
  let sent = 0
  let granted = 0

  function counterOf({ name, server }: ModelDevice, { username }: Login): string {
    if (server === 'first') return `first server, ${username}`
    if (server === 'second' && username === 'admin' && !world.secondServerKnowsOther) return 'second server, admin'
    return `${name}, ${username}`
  }

  function isRight({ server }: ModelDevice, { username, secret }: Login): boolean {
    if (username === 'other')
      return server === 'second' ? world.secondServerKnowsOther : world.otherIsShared || world.secondServerKnowsOther
    if (server === 'first') return secret === (passwordChanged ? 'new' : 'old')
    return server === 'second' && world.twoSecrets && !world.secondServerKnowsOther && secret === 'new'
  }

  function send(each: Held): void {
    if (each.outcome !== undefined) return
    if (now >= each.grant.reservedAt + sendWithinMs && !setup.sendsLate) {
      each.outcome = 'unsent'
      return
    }
    sent += 1
    const key = counterOf(each.device, each.login)
    const counter = counters.get(key) ?? { streak: 0, worst: 0, unproven: [], accepted: new Set() }
    counters.set(key, counter)
    if (isRight(each.device, each.login)) {
      Object.assign(counter, { streak: 0, unproven: [] })
      counter.accepted.add(each.login.secret)
      each.outcome = 'ok'
      return
    }
    each.outcome = 'rejected'
    counter.streak += 1
    counter.worst = Math.max(counter.worst, counter.streak)
    const isServer = each.device.server !== 'none' && key.includes('server')
    if (!isServer || counter.accepted.has(each.login.secret)) return
    const previous = counter.unproven.at(-1)
    counter.unproven.push(now)
    if (counter.unproven.length <= budget.unproven) return
    // The one more: for a second secret or an explained canary, and only after the window.
    const isLate = previous !== undefined && now - previous >= windowMs - sendWithinMs
    if (counter.unproven.length > budget.unproven + 1 || !isLate) broken.push(`I1 unproven ${key}`)
  }

  function finish(each: Held): void {
    send(each)
    held.splice(held.indexOf(each), 1)
    ended.push(each)
    const before = liveIds(ledger)
    const failuresBefore = failures(ledger)
    ledger.finish(each.grant.id, each.outcome ?? 'unclear', now)
    const gone = before.filter((id) => !liveIds(ledger).includes(id))
    if (gone.some((id) => id !== each.grant.id && !isOver(id))) broken.push('I5')
    if (each.outcome !== 'ok' && failures(ledger) < failuresBefore) broken.push('I12')
  }

  const isOver = (id: string) => [...held, ...ended].some(({ grant }) => grant.id === id && now >= grant.deadline)

  function reserve(command: Extract<Command, { type: 'reserve' }>): void {
    const login = logins[command.login % logins.length]
    const device = devices[command.device % devices.length]
    if (!login || !device) return
    const request = requestFor(login, device, setup, world, command.device)
    ledger.expire(now)
    const expected = ledger.preview(request, now)
    if (JSON.stringify(expected) !== JSON.stringify(ledger.preview(request, now))) broken.push('I4')
    const answer = ledger.reserve(request, now)
    if (answer.granted !== expected.granted) broken.push('I4')
    if (!answer.granted) return
    granted += 1
    if (quarantined.has(request.secretId)) broken.push('I7')
    const isUnknown = (each: LiveGrant) => each.charges.some(({ ground }) => ground === 'unknown')
    const rivals = [...ledger.grants()].filter(
      (each) => isUnknown(each) && each.charges[0]?.username === login.username,
    )
    if (isUnknown(answer.grant) && rivals.length > 1) broken.push('I6')
    const each: Held = { grant: answer.grant, login, device }
    held.push(each)
    if (command.atOnce) finish(each)
  }

  for (const command of commands) {
    now += 1
    if (command.type === 'reserve') reserve(command)
    else if (command.type === 'wait') {
      now += command.seconds * 1000
      const before = failures(ledger) + liveIds(ledger).length
      ledger.expire(now)
      if (failures(ledger) + liveIds(ledger).length < before) broken.push('I3')
    } else if (command.type === 'slow-clock') ledger.expire(now - command.seconds * 1000)
    else if (command.type === 'change-password') passwordChanged ||= world.mayChangePassword
    else if (command.type === 'finish-again') {
      const each = ended[command.grant % Math.max(1, ended.length)]
      if (!each || liveIds(ledger).includes(each.grant.id)) continue
      const before = failures(ledger)
      if (ledger.finish(each.grant.id, 'ok', now) || failures(ledger) !== before) broken.push('I9')
    } else {
      const each = held[command.grant % Math.max(1, held.length)]
      if (!each) continue
      if (command.type === 'send') send(each)
      else if (command.type === 'finish') finish(each)
      else {
        if (command.type === 'crash-after-sending') send(each)
        held.splice(held.indexOf(each), 1)
        ended.push(each)
      }
    }
    for (const home of ledger.tables.homes()) if (home.quarantinedAt !== undefined) quarantined.add(home.secretId)
  }

  for (const [key, { worst }] of counters)
    if (worst > (key.includes('server') ? budget.total : 2)) broken.push(`I1 ${key}: ${worst} failures in a row`)
  if (sent > granted) broken.push('I2')
  return broken
}

function requestFor(
  { username, secret }: Login,
  device: ModelDevice,
  { policy, declared }: Setup,
  { twoSecrets }: World,
  chance: number,
): AttemptRequest {
  const secrets = username === 'admin' && twoSecrets ? 2 : 1
  const own = { realm: '', username, policy, secrets }
  const ofDevice = { realm: 'first', username, policy: { ...policy, kind: 'server' as const }, secrets }
  return {
    device: device.name,
    site: device.site,
    platform: device.platform,
    credential: `${username} ${secret}`,
    purpose: 'login',
    secretId: `${username} ${secret}`,
    charges: declared && device.server === 'first' ? [ofDevice, own] : [own],
    confidence: chance % 3 === 0 ? 0.9 : 0.3,
    namedByTag: chance % 2 === 0,
  }
}

function liveIds(ledger: MemoryLedger): string[] {
  return [...ledger.grants()].map(({ id }) => id)
}

/** Failures that count on any account; only a success may lower them. */
function failures({ tables }: MemoryLedger): number {
  const ofHomes = [...tables.homes()].reduce((sum, home) => sum + home.failures.length, 0)
  return ofHomes + [...tables.openFailures()].length
}

const grant = fc.nat(99)

const reserve = fc.record({
  type: fc.constant('reserve' as const),
  login: fc.constantFrom(0, 0, 0, 1, 1, 2),
  device: fc.constantFrom(0, 1, 2, 3, 4, 6, 10, 11, 12, 13, 14, 15, 18, 19),
  atOnce: fc.boolean(),
})

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 18, arbitrary: reserve },
  { weight: 7, arbitrary: fc.record({ type: fc.constant('finish' as const), grant }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('send' as const), grant }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('crash-after-sending' as const), grant }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('crash-before-sending' as const), grant }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('finish-again' as const), grant }) },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('wait' as const), seconds: fc.constantFrom(1, 20, 61, 155, 905, 4000) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('slow-clock' as const), seconds: fc.nat(100_000) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'change-password' as const }) },
)

export const commands = fc.array(command, { minLength: 10, maxLength: 120, size: 'max' })

export const worlds: fc.Arbitrary<World> = fc.record({
  twoSecrets: fc.boolean(),
  secondServerKnowsOther: fc.boolean(),
  otherIsShared: fc.boolean(),
  mayChangePassword: fc.boolean(),
})
