import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import * as vscode from 'vscode'
import { Names } from '../../../packages/vscode-ext/src/editor/names.ts'
import { YamlSchemas } from '../../../packages/vscode-ext/src/editor/yaml-schemas.ts'
import { atWord, netlatch, openFile } from './editor.ts'
import { suite } from './suite-context.ts'

const uriOf = (...path: string[]) => vscode.Uri.file(join(...path)).toString()

interface Contributor {
  readonly name: string
  readonly schemaOf: (document: string) => string | undefined
  readonly textOf: (schema: string) => Promise<string>
}

/** What another YAML extension is told, in place of redhat.vscode-yaml, which is not installed here. */
async function offerTo(other: 'none' | 'of another make' | 'with schemas') {
  const { services, folders } = (await netlatch()).app
  const told: Contributor[] = []
  const registerContributor = (...[name, schemaOf, textOf]: [string, Contributor['schemaOf'], Contributor['textOf']]) =>
    told.push({ name, schemaOf, textOf }) > 0
  const own = vscode.extensions.getExtension
  const activate = async () => (other === 'with schemas' ? { registerContributor } : undefined)
  Object.assign(vscode.extensions, { getExtension: () => (other === 'none' ? undefined : { activate }) })
  const schemas = new YamlSchemas(services, folders)
  try {
    await schemas.offer()
    await schemas.offer()
  } finally {
    Object.assign(vscode.extensions, { getExtension: own })
  }
  const names = new Names(services, folders, schemas, async () => false)
  const { document } = await openFile('inventory.yaml')
  const keyAt = await atWord('inventory.yaml', 'platform: cisco_ios', 2)
  const tagAt = await atWord('inventory.yaml', 'tags: [backbone]', 'tags: ['.length)
  const labels = async (at: vscode.Position) =>
    (await names.provideCompletionItems(document, at)).map(({ label }) => String(label))
  return { told, keys: await labels(keyAt), tags: await labels(tagAt) }
}

describe('another YAML extension', () => {
  it('is given the schemas of our own files, and of no others', async () => {
    const { told } = await offerTo('with schemas')
    const [{ name, schemaOf, textOf } = assert.fail('nothing was told')] = told
    assert.equal(told.length, 1, 'once')
    assert.equal(name, 'netlatch')
    for (const kind of ['inventory', 'netlatch', 'credentials']) {
      const schema = schemaOf(uriOf(suite.folder, `${kind}.yaml`))
      assert.equal(schema, `netlatch://${kind}`)
      assert.equal(JSON.parse(await textOf(schema ?? '')).type, 'object')
    }
    assert.ok(JSON.parse(await textOf('netlatch://inventory')).properties.devices)
    for (const other of [
      uriOf(suite.foreign, 'inventory/hosts.yaml'),
      uriOf(suite.folder, '../inventory.yaml'),
      'untitled:a',
    ])
      assert.equal(schemaOf(other), undefined, other)
  })

  it('completes keys in our place, and names stay ours', async () => {
    const { keys, tags } = await offerTo('with schemas')
    assert.deepEqual(keys, [])
    assert.ok(tags.includes('backbone'))
  })

  for (const other of ['none', 'of another make'] as const)
    it(`leaves the keys to us while it does not know the schemas: ${other}`, async () => {
      const { keys } = await offerTo(other)
      assert.ok(keys.includes('host') && keys.includes('platform'), keys.join())
    })
})
