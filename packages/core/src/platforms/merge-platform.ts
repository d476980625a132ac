import type { Platform } from './platform.ts'
import type { PlatformFile } from './platform-schema.ts'

type Values = Readonly<Record<string, unknown>>

/** What says who a platform is: never inherited. Two platforms that both claim a device would leave it unrecognised. */
const ownOnly = ['name', 'aliases', 'detect', 'identification', 'file']
/** Keys of the file that are no part of the platform. */
const notValues = ['version', 'extends', 'override', 'add']

/**
 * The platform that a file describes, on top of the one that it extends. Mappings are merged by their keys, lists and patterns
 * are replaced, `null` takes a value away, and `add` appends to lists. What it lacks is not checked here.
 */
export function mergePlatform(file: PlatformFile, shownFile: string, base: Platform | undefined): Platform {
  const isOverride = file.override === true && base?.name === file.name
  const inherited = Object.entries(base ?? {}).filter(([key]) => isOverride || !ownOnly.includes(key))
  const given = Object.entries(file).filter(([key]) => !notValues.includes(key))
  const merged = mergeValues(Object.fromEntries(inherited), withPlatformKeys(Object.fromEntries(given)) as Values)
  const added = Object.entries(withPlatformKeys(file.add ?? {}) as Readonly<Record<string, readonly unknown[]>>)
  const lists = added.map(([key, more]) => [key, [...((merged[key] as readonly unknown[] | undefined) ?? []), ...more]])
  // Its shape is that of the schema, and whoever loads it looks for what is missing.
  return { ...defaults, ...merged, ...Object.fromEntries(lists), file: shownFile } as unknown as Platform
}

/** Of one kind or of another: what one of them says means nothing beside the other. */
const alternatives = ['whole', 'answer']

const defaults = { privileges: [], onOpen: [], identity: [], volatile: [] }

function mergeValues(base: Values, own: Values): Values {
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(own)) {
    const before = base[key]
    if (value === null) delete merged[key]
    else
      merged[key] =
        !alternatives.includes(key) && isMapping(value) && isMapping(before) ? mergeValues(before, value) : value
  }
  return merged
}

function isMapping(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `read_only` → `readOnly`, at every depth. */
function withPlatformKeys(value: unknown): unknown {
  return withKeys(value, (key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()))
}

/** `readOnly` → `read_only`: as a file says it. */
export function withFileKeys(value: unknown): unknown {
  return withKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
}

function withKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withKeys(item, rename))
  if (!isMapping(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), withKeys(inner, rename)]))
}
