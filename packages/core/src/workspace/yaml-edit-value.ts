import type { YamlChange } from './yaml-edit.ts'
import type { YamlPath } from './yaml-node.ts'

/**
 * What a value is after changes, one after another. The value itself stays as it is: a mapping or list is copied when the first
 * change comes to it, and only then, so that thousands of changes of one large file stay quick.
 */
export function applyChanges(value: unknown, changes: readonly YamlChange[]): unknown {
  const draft = new Draft(value)
  for (const change of changes) draft.apply(change)
  return draft.value
}

export function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce((inner, step) => (isContainer(inner) ? Reflect.get(inner, step) : undefined), value)
}

export function isDictionary(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Dictionary = Record<string, unknown>

class Draft {
  readonly #holder: Dictionary
  /** The copies; whatever else is in the value belongs to somebody else, or stands in two places. */
  readonly #own = new WeakSet<object>()

  constructor(value: unknown) {
    this.#holder = { value }
  }

  get value(): unknown {
    return this.#holder.value
  }

  apply(change: YamlChange): void {
    const path = ['value', ...change.path]
    const last = path.at(-1) ?? 'value'
    const before = valueAt(this.#holder, path)
    if (change.kind === 'set') this.#set(path, change.value)
    else if (change.kind === 'add' && !Array.isArray(before)) this.#set(path, [change.item])
    else if (change.kind === 'add') {
      const list = Array.isArray(before) && !before.includes(change.item) ? this.#open(path) : undefined
      if (Array.isArray(list)) list.push(change.item)
    } else {
      const above = this.#openIfThere(path.slice(0, -1), last)
      if (Array.isArray(above)) above.splice(Number(last), 1)
      else if (above) {
        Reflect.deleteProperty(above, last)
        if (change.kind === 'rename') above[change.name] = before
      }
    }
  }

  /** For what only changes an entry: nothing is made or copied where there is none. */
  #openIfThere(path: YamlPath, step: string | number): Dictionary | unknown[] | undefined {
    const found = valueAt(this.#holder, path)
    return isContainer(found) && Object.hasOwn(found, step) ? this.#open(path) : undefined
  }

  #set(path: YamlPath, value: unknown): void {
    const above = this.#open(path.slice(0, -1))
    const last = path.at(-1) ?? 'value'
    // A list takes no new places.
    if (above && (!Array.isArray(above) || Object.hasOwn(above, last))) Reflect.set(above, last, value)
  }

  /** The mapping or list at a path as one to write to; mappings that are missing are made. */
  #open(path: YamlPath): Dictionary | unknown[] | undefined {
    let inner: Dictionary | unknown[] = this.#holder
    for (const step of path) {
      if (Array.isArray(inner) && !Object.hasOwn(inner, step)) return undefined
      const next = this.#writable(Reflect.get(inner, step))
      Reflect.set(inner, step, next)
      inner = next
    }
    return inner
  }

  #writable(found: unknown): Dictionary | unknown[] {
    if (isContainer(found) && this.#own.has(found)) return found as Dictionary | unknown[]
    const copy: Dictionary | unknown[] = Array.isArray(found)
      ? [...found]
      : Object.assign(Object.create(null), isDictionary(found) ? found : {})
    this.#own.add(copy)
    return copy
  }
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
