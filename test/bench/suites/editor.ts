import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { bundleExtension } from '../../../packages/vscode-ext/build/bundle.ts'
import { typingContext } from '../../../packages/vscode-ext/src/annotate/yaml-context.ts'
import type { LanguageMethods } from '../../../packages/vscode-ext/src/service/language-methods.ts'
import { ServiceClient } from '../../../packages/vscode-ext/src/service/rpc.ts'
import type { BenchOptions } from '../bench-options.ts'
import { type Figure, median } from '../figures.ts'
import { inventoryText } from './inventory.ts'

const suite = 'editor: 10,000 devices in one file'
const settings = {
  staleAfterDays: 30,
  maxLength: 60,
  lensDevices: 'needsAttention',
  problemsOfResults: true,
  maxPerCause: 50,
} as const

/**
 * What typing in VS Code costs: the window's own thread only hands the text over, once a pause; reading it and working out what to
 * draw is the worker's.
 */
export async function* editorSuite({ runs }: BenchOptions): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'netlatch-bench-'))
  const worker = new Worker(join(await bundleExtension(), 'service.js'), { workerData: 'language' })
  const client = new ServiceClient<LanguageMethods>(worker)
  try {
    const path = join(folder, 'inventory.yaml')
    const text = inventoryText()
    await writeFile(path, text)
    const lines = text.split('\n').length
    await client.call('open', { folder, isTrusted: true })
    const handing: number[] = []
    const reading: number[] = []
    const drawing: number[] = []
    const completing: number[] = []
    const before = performance.eventLoopUtilization()
    for (let version = 1; version <= runs; version += 1) {
      const typed = `${text}# ${version}\n`
      const started = performance.now()
      const read = client.call('setText', { folder, text: { path, text: typed, version } })
      handing.push(performance.now() - started)
      await read
      reading.push(performance.now() - started)
      const first = Math.floor(lines / 2)
      const asked = performance.now()
      await client.call('inline', { folder, path, first, last: first + 60, settings })
      drawing.push(performance.now() - asked)
      const completed = performance.now()
      const context = typingContext(typed, typed.lastIndexOf(': ') + 2)
      if (!context) throw new Error('nothing can be typed there')
      await client.call('complete', { folder, path, context, withSchema: true })
      completing.push(performance.now() - completed)
    }
    const { active } = performance.eventLoopUtilization(before)
    const figure = (name: string, value: number, target?: number): Figure => {
      return { suite, name, unit: 'ms', value, ...(target !== undefined && { target }) }
    }
    yield figure('of the window’s thread, to hand over what was typed', median(handing), 10)
    yield figure('of the window’s thread, in all, for each pause in typing', active / runs, 20)
    yield figure('from a pause in typing to its being read', median(reading))
    yield figure('results of 60 visible lines', median(drawing), 50)
    yield figure('completion', median(completing))
  } finally {
    await client.call('closeAll', {})
    await worker.terminate()
    await rm(folder, { recursive: true, force: true })
  }
}
