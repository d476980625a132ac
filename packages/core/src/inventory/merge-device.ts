import type { Device, ValueOrigin } from '../model.ts'
import type { Layer, LayerValues } from './inventory-layer.ts'

/** Layers merged so far: later ones win, tags add up. */
export interface MergedLayers {
  readonly values: LayerValues
  readonly tags: readonly string[]
  readonly origins: Readonly<Record<string, ValueOrigin>>
}

export const nothingMerged: MergedLayers = { values: {}, tags: [], origins: {} }

export function mergeLayer(below: MergedLayers, layer: Layer): MergedLayers {
  const { tags = [], ssh } = layer.values
  // Reason and end date belong to the profile they were written for, not to the one that replaces it.
  const sshBelow = ssh?.algorithms === undefined ? below.values.ssh : undefined
  const originsBelow = ssh?.algorithms === undefined ? below.origins : withoutSsh(below.origins)
  return {
    values: {
      ...below.values,
      ...layer.values,
      ...((ssh || below.values.ssh) && { ssh: ssh ? { ...sshBelow, ...ssh } : below.values.ssh }),
    },
    tags: below.tags.length === 0 ? tags : tags.length === 0 ? below.tags : [...new Set([...below.tags, ...tags])],
    origins: { ...originsBelow, ...layer.origins },
  }
}

/** The device that is in effect, or undefined when it has no host. `groups` is the order in which they were merged. */
export function toDevice(own: Layer, below: MergedLayers, groups: readonly string[]): Device | undefined {
  const { values, tags, origins } = mergeLayer(below, own)
  if (values.host === undefined) return undefined
  return {
    name: own.name,
    hosts: typeof values.host === 'string' ? [values.host] : values.host,
    port: values.port ?? 22,
    platform: values.platform ?? 'autodetect',
    transport: values.transport ?? 'ssh',
    status: values.status ?? 'active',
    ...(values.site !== undefined && { site: values.site }),
    ...(values.role !== undefined && { role: values.role }),
    groups,
    tags: [...new Set(tags)],
    ...(values.realm !== undefined && { realm: values.realm }),
    ...(values.jump_host !== undefined && { jumpHost: values.jump_host }),
    ...(values.credential !== undefined && { credential: values.credential }),
    ...(values.expect !== undefined && { expect: values.expect }),
    ssh: { algorithms: 'modern', ...values.ssh },
    origin: own.origin,
    origins,
  }
}

function withoutSsh(origins: Readonly<Record<string, ValueOrigin>>): Readonly<Record<string, ValueOrigin>> {
  return Object.fromEntries(Object.entries(origins).filter(([key]) => !key.startsWith('ssh')))
}
