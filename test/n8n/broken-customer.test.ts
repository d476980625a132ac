import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, it } from 'mocha'
import { generateIdentity } from '../../packages/core/src/vault/age-wrap.ts'
import { createVault } from '../../packages/core/src/vault/create-vault.ts'
import { assertNoSecrets } from './support/canary.ts'
import { jsons, runningN8n } from './support/running-n8n.ts'
import { itemsNode, netlatchNode, workflowOf, workspaceByName } from './support/workflows.ts'

const exec = promisify(execFile)

describe('one broken customer among others, in a running n8n', () => {
  const n8nNow = runningN8n()
  const byItem = { workspace: workspaceByName('={{ $json.customer }}') }
  const customers = itemsNode(
    'Customers',
    ['acme', 'globex', 'initech', 'acmee'].map((customer) => ({ customer })),
  )

  it('saves what is saved where the remote cannot be reached, and says so in one item', async () => {
    const { customers: all, last } = n8nNow()
    await writeFile(
      join(all.folder, 'acme', 'netlatch.yaml'),
      `backups: { push: "file://${all.folder}/not-there.git" }\n`,
    )
    const run = await last(
      netlatchNode('Back up', 'netlatchRunBackup', { workspace: workspaceByName('acme'), options: { push: true } }),
    )
    assert.equal(run.error?.message, undefined)
    assert.deepEqual(
      jsons(run, 0).map(({ device, result }) => [device, result]),
      [
        ['acme-core-1', 'first'],
        ['acme-core-2', 'first'],
      ],
    )
    assert.deepEqual(
      jsons(run, 1).map(({ device, code }) => device ?? code),
      ['acme-acc-1', 'GIT_FAILED'],
    )
    const [told] = jsons(run, 1).slice(-1)
    assert.match(String(told?.message), /^Saved here, not published to file:.*not-there\.git/)
    assert.match(String(told?.advice), /git/)
    assert.deepEqual(
      run.hints?.map(({ type }) => type),
      ['warning'],
    )
    const summary = await last(
      netlatchNode('Back up', 'netlatchRunBackup', {
        workspace: workspaceByName('acme'),
        options: { push: true, output: 'summary' },
      }),
    )
    assert.match(String(jsons(summary, 1)[0]?.text), /^2 of 3 saved: 2 unchanged\. Saved here, not published to file:/)
  })

  it('goes on with the others when a vault stays locked or a name is unknown, and pairs what it says', async () => {
    const { customers: all, last } = n8nNow()
    const other = await generateIdentity()
    const vault = join(all.folder, 'globex', 'credentials.yaml')
    const before = await readFile(vault)
    await rm(vault)
    ;(await createVault(vault, [{ name: 'somebody', age: other.recipient }])).close()
    const run = await last(customers, netlatchNode('Back up', 'netlatchRunBackup', { ...byItem, devices: 'active' }))
    await writeFile(vault, before)
    assert.equal(run.error?.message, undefined)
    assert.deepEqual(
      jsons(run, 0).map(({ device, result }) => [device, result]),
      [
        ['acme-core-1', 'unchanged'],
        ['acme-core-2', 'unchanged'],
        ['initech-core-1', 'first'],
        ['initech-core-2', 'first'],
      ],
    )
    const attention = (run.data?.main[1] ?? []).map(({ json, pairedItem }) => [
      json.workspace ?? json.device,
      json.code ?? json.result,
      pairedItem,
    ])
    assert.deepEqual(attention, [
      ['acme-acc-1', 'failed', [{ item: 0 }]],
      ['globex', 'VAULT_LOCKED', [{ item: 1 }]],
      ['initech-acc-1', 'failed', [{ item: 2 }]],
      ['acmee', 'NOT_FOUND', [{ item: 3 }]],
    ])
    const [locked] = jsons(run, 1).filter(({ workspace }) => workspace === 'globex')
    assert.match(String(locked?.message), /does not open this vault/)
    assert.match(String(locked?.advice), /Its recipients are somebody/)
    const [hint] = run.hints?.filter(({ type }) => type === 'warning') ?? []
    assert.equal(hint?.message, 'Not worked on: globex, acmee')
  })

  it('gives each device of a broken customer its item, so that each finds what it came of', async () => {
    const { last } = n8nNow()
    const devices = itemsNode('Devices', [
      { customer: 'acmee', name: 'lost-1' },
      { customer: 'acmee', name: 'lost-2' },
      { customer: 'acme', name: 'acme-core-1' },
    ])
    const run = await last(
      devices,
      netlatchNode('Discover', 'netlatchDiscoverCredentials', { ...byItem, devices: 'items' }),
    )
    assert.deepEqual(
      run.data?.main[1]?.map(({ json, pairedItem }) => [json.code, pairedItem]),
      [
        ['NOT_FOUND', [{ item: 0 }]],
        ['NOT_FOUND', [{ item: 1 }]],
      ],
    )
    assert.deepEqual(
      run.data?.main[0]?.map(({ json, pairedItem }) => [json.device, pairedItem]),
      [['acme-core-1', [{ item: 2 }]]],
    )
  })

  it('tells the events of the others, and in the log what is wrong with the one', async () => {
    const { customers: all, api, n8n } = n8nNow()
    // Its state cannot be opened.
    const state = join(all.folder, 'globex', '.netlatch')
    await mkdir(state, { recursive: true })
    await rename(state, `${state}-away`)
    await writeFile(state, '')
    // What is young is left to the next poll.
    await sleep(2_500)
    const trigger = netlatchNode('On device event', 'netlatchTrigger', { events: ['credentialFound'] })
    const run = await api.play(
      workflowOf('watch', [trigger, { name: 'Seen', type: 'n8n-nodes-base.noOp' }]),
      'On device event',
    )
    await rm(state)
    await rename(`${state}-away`, state)
    const [node] = run.data.resultData.runData['On device event'] ?? []
    assert.deepEqual(
      node?.data?.main[0]?.map(({ json }) => json.event),
      ['credentialFound'],
    )
    assert.match(n8n.log, /Netlatch Trigger: globex: /)
  })

  it('spends no second login on a device when n8n tries the node again', async () => {
    const { customers: all, last } = n8nNow()
    const logins = async () => {
      const { attempts } = await all.fleet.ask('counters')
      return attempts.map(({ device }) => device).filter((device) => device.startsWith('globex-'))
    }
    const node = (name: string, type: string, parameters: object = {}) =>
      netlatchNode(name, type, { workspace: workspaceByName('globex'), ...parameters })
    const backup = node('Back up', 'netlatchRunBackup')
    await last(backup)
    const once = ['globex-acc-1', 'globex-core-1', 'globex-core-2']
    assert.deepEqual((await logins()).toSorted(), once)
    const text = await all.fleet.ask('configuration', 'globex-core-2')
    const changed = text.replace(/^(hostname .*)$/m, '$1\n!\nip name-server 192.0.2.53')
    await all.fleet.ask('setConfiguration', 'globex-core-2', changed)
    // The repository is damaged: what the devices gave cannot be committed, and each try ends with that.
    const repository = join(all.folder, 'globex', 'backups.git')
    const { stdout: tree } = await exec('git', ['-C', repository, 'rev-parse', 'HEAD^{tree}'])
    const object = join(repository, 'objects', tree.slice(0, 2), tree.slice(2).trim())
    await rename(object, `${object}-away`)
    const failed = await last({ ...backup, retryOnFail: true, maxTries: 3, waitBetweenTries: 100 })
    await rename(`${object}-away`, object)
    assert.match(failed.error?.message ?? '', /git/)
    assert.deepEqual((await logins()).toSorted(), once)
    const good = await last(backup)
    assert.deepEqual(
      jsons(good, 0).map(({ device }) => device),
      ['globex-core-1', 'globex-core-2'],
    )
    await last(node('Run', 'netlatchRunCommand', { commands: 'show version' }))
    await last(node('Discover', 'netlatchDiscoverCredentials'))
    assert.deepEqual((await logins()).toSorted(), once)
    await last(node('Test', 'netlatchDiscoverCredentials', { operation: 'testLogin' }))
    assert.deepEqual(
      (await logins()).filter((device) => device === 'globex-acc-1'),
      ['globex-acc-1'],
    )
  })

  it('keeps every secret out of executions, database, files and what it says', async () => {
    const { n8n, customers: all } = n8nNow()
    assert.equal(await n8n.stop(), 0)
    await assertNoSecrets(n8n, all.secrets)
  })
})
