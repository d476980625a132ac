import assert from 'node:assert/strict'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { generateIdentity } from '../../packages/core/src/vault/age-wrap.ts'
import { assertNoSecrets, filesWithSecrets } from './support/canary.ts'
import { workspaceCredential } from './support/customers.ts'
import { jsons, runningN8n } from './support/running-n8n.ts'
import { netlatchNode, workspaceByName } from './support/workflows.ts'

describe('the credential of a workspace in a running n8n', () => {
  const n8nNow = runningN8n()

  it('stays inside the folders that n8n may use', async () => {
    const { customers, api, last } = n8nNow()
    const id = await api.makeCredential({
      name: 'Outside',
      type: 'netlatchWorkspaceApi',
      data: workspaceCredential('/etc', customers.identity).data,
    })
    const credentials = { netlatchWorkspaceApi: { id, name: 'Outside' } }
    const run = await last(netlatchNode('Discover', 'netlatchDiscoverCredentials', {}, { credentials }))
    assert.equal(run.error?.message, "n8n may not use '/etc'")
    assert.match(run.error?.description ?? '', /N8N_RESTRICT_FILE_ACCESS_TO/)
    const { status, message } = await api.testCredential({
      id,
      name: 'Outside',
      type: 'netlatchWorkspaceApi',
      data: workspaceCredential('/etc', customers.identity).data,
    })
    assert.deepEqual([status, message.includes("n8n may not use '/etc'")], ['Error', true])
  })

  it('says at the Test button what it found', async () => {
    const { customers, api } = n8nNow()
    const { status, message } = await api.testCredential({
      ...workspaceCredential(customers.folder, customers.identity),
      id: 'netlatchws000001',
    })
    assert.equal(status, 'OK')
    assert.match(message, /^3 workspaces, 9 devices, 6 credentials\. \d problems: acme\/credentials\.yaml:\d+ retired /)
  })

  it('makes the folder and an empty inventory where it is told so', async () => {
    const { n8n, customers, api, last } = n8nNow()
    const { data } = workspaceCredential(join(n8n.files, 'fresh'), customers.identity)
    const id = await api.makeCredential({ name: 'Fresh', type: 'netlatchWorkspaceApi', data })
    const credentials = { netlatchWorkspaceApi: { id, name: 'Fresh' } }
    const parameters = { resource: 'workspace', operation: 'getAll' }
    const run = await last(netlatchNode('List', 'netlatchInventory', parameters, { credentials }))
    assert.deepEqual(
      jsons(run, 0).map(({ workspace, devices }) => [workspace, devices]),
      [['fresh', 0]],
    )
    const missing = workspaceCredential(join(n8n.files, 'missing'), '', { createIfMissing: false })
    const { status, message } = await api.testCredential({ ...missing, id: '' })
    assert.equal(status, 'Error')
    assert.match(message, /^Folder '.*missing' is not there\. /)
  })

  it('lists the other customers where the folder of one cannot be opened', async () => {
    const { customers, last } = n8nNow()
    const broken = join(customers.folder, 'broken')
    await mkdir(broken)
    await writeFile(join(broken, 'netlatch.yaml'), 'state: sqlite:/etc/netlatch.db\n')
    const run = await last(netlatchNode('List', 'netlatchInventory', { resource: 'workspace', operation: 'getAll' }))
    await rm(broken, { recursive: true })
    assert.deepEqual(
      jsons(run, 0).map(({ workspace, devices }) => [workspace, devices]),
      [
        ['acme', 3],
        ['globex', 3],
        ['initech', 3],
      ],
    )
    assert.deepEqual(
      jsons(run, 1).map(({ workspace, message }) => [workspace, message]),
      [['broken', "n8n may not use '/etc/netlatch.db'"]],
    )
  })

  it('says that it does not know an operation', async () => {
    const { last } = n8nNow()
    const run = await last(
      netlatchNode('Discover', 'netlatchDiscoverCredentials', {
        workspace: workspaceByName('acme'),
        operation: 'toString',
      }),
    )
    assert.equal(run.error?.message, "'toString' is no operation of this node")
  })

  it('says that an identity opens no vault of these', async () => {
    const { customers, api } = n8nNow()
    const { identity } = await generateIdentity()
    const { data } = workspaceCredential(customers.folder, identity)
    const { status, message } = await api.testCredential({ id: '', name: 'Other', type: 'netlatchWorkspaceApi', data })
    assert.equal(status, 'Error')
    assert.match(message, /^The identity does not open this vault\. Its recipients are n8n-test\./)
  })

  it('would be caught with a secret in a file', async () => {
    const { n8n, customers } = n8nNow()
    const leak = join(n8n.files, 'leak.txt')
    await writeFile(leak, Buffer.from(`x${customers.password}`).toString('base64'))
    assert.deepEqual(await filesWithSecrets([n8n.files], customers.secrets), [leak])
    await rm(leak)
  })

  it('keeps every secret out of executions, database, files and what it says', async () => {
    const { n8n, customers } = n8nNow()
    await assertNoSecrets(n8n, customers.secrets)
  })

  it('ends cleanly', async () => {
    const { n8n, customers } = n8nNow()
    assert.equal(await n8n.stop(), 0)
    await assertNoSecrets(n8n, customers.secrets)
  })
})
