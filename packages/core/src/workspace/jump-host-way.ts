import type { Problem } from '../model.ts'
import { didYouMean } from './nearest-name.ts'
import type { JumpHost } from './workspace.ts'
import type { YamlFile } from './yaml-file.ts'
import { originOf } from './yaml-node.ts'

type JumpHosts = Readonly<Record<string, JumpHost>>

/** The hops that lead to one, the nearest first and itself last; the same name at both ends where they never begin. */
export function wayTo(name: string, jumpHosts: JumpHosts): readonly string[] {
  const way = [name]
  for (let next = hopBefore(name, jumpHosts); next !== undefined; next = hopBefore(next, jumpHosts)) {
    const isKnown = way.includes(next)
    way.unshift(next)
    if (isKnown) break
  }
  return way
}

/** Whether a jump host is reached through itself. */
export function leadsBack(name: string, jumpHosts: JumpHosts): boolean {
  const way = wayTo(name, jumpHosts)
  return way.indexOf(way[0] ?? name) !== way.lastIndexOf(way[0] ?? name)
}

/** Jump hosts behind jump hosts: names that are not there, and ways that never begin. */
export function checkJumpHosts(jumpHosts: JumpHosts, source: YamlFile): readonly Problem[] {
  return Object.keys(jumpHosts).flatMap((name): readonly Problem[] => {
    const next = hopBefore(name, jumpHosts)
    if (next === undefined) return []
    const at = originOf(source, ['jump_hosts', name, 'jump_host'])
    if (!Object.hasOwn(jumpHosts, next)) {
      const others = Object.keys(jumpHosts).filter((each) => each !== name)
      const advice = didYouMean(next, others, `Add ${next}: under jump_hosts:.`)
      return [{ code: 'unknown-jump-host', severity: 'error', message: `unknown jump host "${next}"`, advice, at }]
    }
    const way = wayTo(name, jumpHosts)
    if (way[0] !== name || way.length === 1) return []
    const message = `jump hosts that are reached through each other: ${way.join(' > ')}`
    return [{ code: 'jump-host-loop', severity: 'error', message, advice: 'Take one jump_host: away.', at }]
  })
}

function hopBefore(name: string, jumpHosts: JumpHosts): string | undefined {
  const hop = Object.hasOwn(jumpHosts, name) ? jumpHosts[name] : undefined
  return hop && 'host' in hop ? hop.jumpHost : undefined
}
