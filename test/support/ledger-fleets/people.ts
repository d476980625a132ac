import type { Fleet, SimulatedDevice } from './fleet.ts'
import { pick, type Random } from './random.ts'

export interface Town {
  after(delayMs: number, happen: () => void): void
  logIn(simulated: SimulatedDevice, username: string, password: string): void
}

/**
 * People use the same accounts: each shared one once in two minutes, the local ones once a minute together. One login in 25
 * is mistyped, one of ten of those twice.
 */
export function letPeopleLogIn(fleet: Fleet, random: Random, town: Town): void {
  for (const [name, server] of fleet.servers) {
    const devices = fleet.devices.filter((simulated) => simulated.server === name && !simulated.isDead)
    for (const [username, account] of server.accounts) {
      const own = devices.filter(({ group }) => group === undefined || group === username)
      const reachable = own.length > 0 ? own : devices
      if (reachable.length > 0) come(random, town, 120_000, reachable, () => [username, account.password])
    }
  }
  const local = fleet.devices.filter((simulated) => simulated.local.size > 0)
  if (local.length === 0) return
  come(random, town, 60_000, local, (simulated) => {
    const [[username, account] = ['', undefined]] = simulated.local
    return [username, account?.password ?? '']
  })
}

function come(
  random: Random,
  town: Town,
  everyMs: number,
  devices: readonly SimulatedDevice[],
  loginOf: (simulated: SimulatedDevice) => readonly [username: string, password: string],
): void {
  const visit = () => {
    const simulated = pick(random, devices)
    const [username, password] = loginOf(simulated)
    const isMistyped = random() < 0.04
    const isMistypedTwice = isMistyped && random() < 0.1
    town.logIn(simulated, username, isMistyped ? 'mistyped' : password)
    if (isMistypedTwice) town.after(8_000, () => town.logIn(simulated, username, 'mistyped'))
    if (isMistyped) town.after(isMistypedTwice ? 16_000 : 8_000, () => town.logIn(simulated, username, password))
    wait()
  }
  const wait = () => town.after(-everyMs * Math.log(1 - random()), visit)
  wait()
}
