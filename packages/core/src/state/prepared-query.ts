import type { Compilable, CompiledQuery, Kysely } from 'kysely'
import type { StateDatabase } from './schema.ts'
import { runAtOnce } from './sqlite-dialect.ts'

/** Stands in a compiled query where the value of this name goes. */
class Place {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** Gives a place for whatever value it is asked for. */
const places: object = new Proxy({}, { get: (_, name) => new Place(String(name)) })

/**
 * A query that is built and compiled once for each engine: for what every login asks, where building the same SQL again
 * cost ten times as much as running it. `build` sees stand-ins instead of values: it passes each on by name, as a value of
 * the query, and must not look at it, count it or spread it.
 */
export function prepared<P extends object, R>(
  build: (db: Kysely<StateDatabase>, values: P) => Compilable<R>,
): (db: Kysely<StateDatabase>, values: P) => Promise<readonly R[]> {
  // Each engine has one adapter, its transactions as well.
  const compiled = new WeakMap<object, CompiledQuery<R>>()
  return async (db, values) => {
    const { adapter } = db.getExecutor()
    const query = compiled.get(adapter) ?? build(db, places as P).compile()
    compiled.set(adapter, query)
    const filled: CompiledQuery<R> = { ...query, parameters: fill(query.parameters, values) }
    return (db.isTransaction ? runAtOnce(adapter, filled) : undefined) ?? (await db.executeQuery(filled)).rows
  }
}

function fill(parameters: readonly unknown[], values: object): readonly unknown[] {
  return parameters.map((parameter) => {
    if (!(parameter instanceof Place)) return parameter
    const value: unknown = Reflect.get(values, parameter.name)
    if (value === undefined) throw new TypeError(`the query has no ${parameter.name}`)
    return value
  })
}

/** Some of the values, under their own names: a row, or the part of one that an update sets. */
export function pick<P extends object, Name extends keyof P>(values: P, names: readonly Name[]): Pick<P, Name> {
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<P, Name>
}
