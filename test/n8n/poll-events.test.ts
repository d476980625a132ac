import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { createWorkspace } from '../../packages/core/src/workspace/create-workspace.ts'
import { packNodes } from './support/real-n8n.ts'

interface Trigger {
  readonly poll: (this: object) => Promise<unknown>
}

describe('a poll of several customers', () => {
  const allowed = process.env.N8N_RESTRICT_FILE_ACCESS_TO
  let folder: string
  let trigger: Trigger
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'netlatch-poll-'))
    process.env.N8N_RESTRICT_FILE_ACCESS_TO = folder
    await packNodes(folder)
    const { NetlatchTrigger } = createRequire(import.meta.url)('../../packages/n8n-nodes/dist/netlatch.js')
    trigger = new NetlatchTrigger()
    for (const customer of ['acme', 'globex']) await createWorkspace(join(folder, customer), { examples: false })
  })
  after(async () => {
    if (allowed === undefined) delete process.env.N8N_RESTRICT_FILE_ACCESS_TO
    else process.env.N8N_RESTRICT_FILE_ACCESS_TO = allowed
    await rm(folder, { recursive: true })
  })

  it('says once what is wrong with one, and remembers from when on its events are still to be told', async () => {
    const memory: { until?: number; left?: Record<string, { until: number }> } = {}
    const said: string[] = []
    const context = {
      getMode: () => 'trigger',
      getWorkflowStaticData: () => memory,
      getNodeParameter: (name: string) => (name === 'events' ? ['credentialFound'] : []),
      getNode: () => ({ type: 'n8n-nodes-netlatch.netlatchTrigger' }),
      getCredentials: async () => ({ folder, createIfMissing: false, unlock: 'nothing', unknownHostKeys: 'refuse' }),
      logger: { warn: (text: string) => said.push(text) },
    }
    const state = join(folder, 'globex', '.netlatch')
    await mkdir(state, { recursive: true })
    await rename(state, `${state}-away`)
    await writeFile(state, '')
    assert.equal(await trigger.poll.call(context), null)
    const first = memory.until
    assert.deepEqual(memory.left?.globex?.until, first)
    assert.equal(await trigger.poll.call(context), null)
    assert.equal(said.length, 1, said.join('\n'))
    assert.match(said[0] ?? '', /^Netlatch Trigger: globex: /)
    assert.deepEqual([memory.left?.globex?.until, memory.left?.acme], [first, undefined])
    await rm(state)
    await rename(`${state}-away`, state)
    assert.equal(await trigger.poll.call(context), null)
    assert.deepEqual(memory.left, {})
  })
})
