import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '../../../packages/core/src/secret.ts'
import { makeVault, type TestCredential } from '../../support/temporary-vault.ts'
import type { BenchOptions } from '../bench-options.ts'
import { runClient } from '../client-process.ts'
import type { Measurement } from '../clients/job.ts'
import { type Figure, median, ratio } from '../figures.ts'

const suite = 'inventory: 10,000 devices, 200 credentials'
const devices = 10_000
const credentials = 200
const sites = 100

/** A workspace is loaded and checked, and every device's candidates are told; the library alone parses the same text. */
export async function* inventorySuite({ runs }: BenchOptions): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-bench-'))
  try {
    const text = inventoryText()
    const file = join(folder, 'inventory.yaml')
    await writeFile(file, text)
    await makeVault(
      folder,
      Array.from({ length: credentials }, (_, index) => credential(index)),
    )
    const ours: Measurement[] = []
    const library: Measurement[] = []
    for (let round = 0; round < runs; round += 1) {
      ours.push(await runClient({ client: 'resolve', folder }))
      library.push(await runClient({ client: 'yaml', file }))
    }
    const found = ours.find(({ succeeded }) => succeeded !== devices)
    if (found) throw new Error(`${found.succeeded} of ${devices} devices have a candidate`)
    const walls = (runs: readonly Measurement[]) => runs.map(({ wallMs }) => wallMs)
    const size = `${(Buffer.byteLength(text) / 1e6).toFixed(1)} MB`
    yield {
      suite,
      name: "load, validate, resolve all, over yaml's parseDocument",
      unit: 'x',
      target: 0.7,
      value: ratio(walls(ours), walls(library)),
      note: `${(median(walls(ours)) / 1000).toFixed(2)} s over ${(median(walls(library)) / 1000).toFixed(2)} s, ${size}`,
    }
    const resolving = median(ours.map(({ more }) => more.resolveMs ?? 0))
    yield { suite, name: 'of that, resolving all', unit: 'ms', value: resolving }
    yield { suite, name: 'peak memory of the process', unit: 'MB', value: median(ours.map(({ peakMb }) => peakMb)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As people write it: groups for the sites, the rest on the device. */
export function inventoryText(): string {
  const lines = ['version: 1', 'defaults: { platform: cisco_ios }', 'groups:']
  for (let site = 0; site < sites; site += 1)
    lines.push(`  site-${site}: { site: site-${site}, tags: [region-${site % 10}] }`)
  lines.push('devices:')
  for (let index = 0; index < devices; index += 1) {
    const site = index % sites
    lines.push(
      `  sw-${String(index).padStart(5, '0')}:`,
      `    host: 10.${site}.${Math.floor(index / sites / 250)}.${(Math.floor(index / sites) % 250) + 1}`,
      `    role: ${index % 3 === 0 ? 'core' : 'access'}`,
      `    groups: [site-${site}]`,
      `    tags: [team-${index % credentials}, floor-${index % 7}]  # moved in ${2000 + (index % 25)}`,
    )
  }
  return `${lines.join('\n')}\n`
}

function credential(index: number): TestCredential {
  const fields = { username: `user-${index}`, tags: [`team-${index}`], hosts: ['10.0.0.0/8'] }
  return [`login-${index}`, fields, { secret: { password: new Secret(`password-${index}`) } }]
}
