import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import { openNetlatch } from '../../../packages/core/src/index.ts'
import { gatherKnowledge } from '../../../packages/core/src/operations/gather-knowledge.ts'
import { type Measurement, measure, type ResolveJob, type YamlJob } from './job.ts'

export async function runResolve({ folder }: ResolveJob): Promise<Measurement> {
  return measure(async () => {
    await using netlatch = await openNetlatch({ cwd: folder, workspace: folder, env: {}, program: 'cli' })
    const opened = performance.now()
    const { resolve } = await gatherKnowledge(netlatch, undefined)
    let candidates = 0
    let succeeded = 0
    for (const device of netlatch.inventory.devices) {
      const { candidates: found } = resolve(device)
      candidates += found.length
      if (found.length > 0) succeeded += 1
    }
    return { succeeded, more: { candidates, resolveMs: performance.now() - opened } }
  })
}

export async function runYaml({ file }: YamlJob): Promise<Measurement> {
  const text = readFileSync(file, 'utf8')
  return measure(async () => {
    const document = parseDocument(text)
    return { succeeded: document.errors.length === 0 ? 1 : 0 }
  })
}
