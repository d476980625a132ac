import type { Netlatch } from './netlatch.ts'

/** One line of an export: what it is, and its own fields. Fingerprints of secrets are left out. */
export type StateLine = { readonly type: string } & Readonly<Record<string, unknown>>

const attemptsPerDevice = 1_000

/** What is remembered of devices, credentials, runs and logins, for other programs. Holds names, never secrets. */
export async function* exportState(netlatch: Netlatch): AsyncGenerator<StateLine, void, undefined> {
  const state = await netlatch.state()
  const devices = await state.devices()
  for (const { secretId: _, ...record } of devices.values()) yield { type: 'device', ...record }
  for (const stats of await state.credentialStats()) yield { type: 'credential', ...stats }
  for (const run of await state.runs({ limit: 10_000 })) {
    yield { type: 'run', ...run }
    for (const result of await state.results(run.id)) yield { type: 'result', run: run.id, ...result }
  }
  const names = new Set([...netlatch.inventory.byName.keys(), ...devices.keys()])
  for (const name of names)
    for (const attempt of await state.history(name, { limit: attemptsPerDevice })) yield { type: 'attempt', ...attempt }
}
