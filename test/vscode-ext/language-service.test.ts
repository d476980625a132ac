import assert from 'node:assert/strict'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { after, before, describe, it } from 'mocha'
import type { LanguageMethods } from '../../packages/vscode-ext/src/service/language-methods.ts'
import { languageMethods } from '../../packages/vscode-ext/src/service/language-methods.ts'
import { ServiceClient, ServiceError } from '../../packages/vscode-ext/src/service/rpc.ts'
import { serve } from '../../packages/vscode-ext/src/service/serve.ts'
import { coverageHtml } from '../../packages/vscode-ext/src/views/coverage-html.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const settings = {
  staleAfterDays: 30,
  maxLength: 60,
  lensDevices: 'needsAttention',
  problemsOfResults: true,
  maxPerCause: 3,
} as const

const inventory = `groups:
  dc1: { site: dc1, tags: [core] }
devices:
  sw-1:
    host: 10.0.0.1
    platform: cisco_ios
    groups: [dc1]
  sw-2: { host: 10.0.0.2, platform: cisco_iso }
`

describe('the language service', () => {
  const folder = temporaryFolder()
  const path = () => join(folder(), 'inventory.yaml')
  const channel = new MessageChannel()
  let client: ServiceClient<LanguageMethods>
  before(async () => {
    serve(
      channel.port1,
      languageMethods(() => undefined),
    )
    client = new ServiceClient(channel.port2)
    await writeFile(path(), inventory)
  })
  after(async () => {
    await client.call('closeAll', {})
    channel.port1.close()
  })

  it('opens no workspace where there is none', async () => {
    assert.equal(await client.call('open', { folder: join(folder(), 'nowhere'), isTrusted: true }), undefined)
  })

  it('finds what is wrong, with its fix, and makes no state', async () => {
    const opened = await client.call('open', { folder: folder(), isTrusted: true })
    assert.equal(opened?.devices, 2)
    const findings = await client.call('findings', { folder: folder(), settings })
    const [wrong] = findings.filter(({ code }) => code === 'unknown-platform')
    assert.deepEqual(wrong?.fixes, [{ kind: 'replace', was: 'cisco_iso', text: 'cisco_ios' }])
    assert.equal(wrong?.endColumn, (wrong?.at.column ?? 0) + 'cisco_iso'.length)
    await assert.rejects(access(join(folder(), '.netlatch')))
  })

  it('annotates what an editor has, with the version that it has', async () => {
    const text = inventory.replace('sw-1:', 'sw-9:')
    await client.call('setText', { folder: folder(), text: { path: path(), text, version: 7 } })
    const drawn = await client.call('inline', { folder: folder(), path: path(), first: 4, last: 4, settings })
    assert.deepEqual(drawn, { lines: [{ line: 4, text: '○ untested', tone: 'idle' }], version: 7 })
    assert.equal(await client.call('deviceAt', { folder: folder(), path: path(), line: 6 }), 'sw-9')
    await client.call('dropText', { folder: folder(), path: path() })
    assert.equal(await client.call('deviceAt', { folder: folder(), path: path(), line: 6 }), 'sw-1')
  })

  it('draws only what is asked for', async () => {
    const { lines } = await client.call('inline', { folder: folder(), path: path(), first: 1, last: 3, settings })
    assert.deepEqual(
      lines.map(({ line, text }) => [line, text]),
      [[2, '1']],
    )
  })

  it('renames a group with everything that names it', async () => {
    const at = { path: path(), line: 2, column: 4 }
    const renaming = await client.call('rename', { folder: folder(), at, to: 'dc2' })
    assert.match(renaming?.changes[0]?.after ?? '', /dc2: \{ site: dc1[\s\S]*groups: \[dc2\]/)
    await assert.rejects(client.call('rename', { folder: folder(), at, to: '-x' }), /is no name/)
  })

  it('says the same without a state to an untrusted window, and shows only mistakes of the file', async () => {
    await client.call('open', { folder: folder(), isTrusted: false })
    const { lines } = await client.call('inline', { folder: folder(), path: path(), first: 1, last: 99, settings })
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['1'],
    )
    const hover = await client.call('hover', { folder: folder(), at: { path: path(), line: 4, column: 4 }, settings })
    assert.match(hover?.lines[0] ?? '', /^sw-1 .* site dc1 \(group dc1, line 2\)$/)
    assert.deepEqual(hover?.links, [])
  })

  it('hands errors over with their code and advice', async () => {
    const edits = [{ kind: 'remove-device', name: 'nowhere' }] as const
    await assert.rejects(
      client.call('edits', { folder: folder(), edits }),
      (error: unknown) => error instanceof ServiceError && error.code === 'NOT_FOUND' && error.advice !== undefined,
    )
  })
})

describe('the coverage page', () => {
  const counts = { devices: 4, opened: 2, fresh: 2, privileged: 1, attention: 1, untested: 1, telnet: 0 }
  const html = coverageHtml({
    nonce: 'abc',
    name: '<img src=x>',
    by: 'site',
    view: {
      coverage: {
        by: 'site',
        ...counts,
        groups: [
          { name: '"><script>alert(1)</script>', ...counts, mainCause: { text: 'host key changed', devices: 1 } },
        ],
        credentials: [{ credential: 'netops', opens: 2 }],
      },
      health: [],
      attention: [{ name: 'sw-1', description: '<b>', state: 'attention', path: '/net/inventory.yaml', line: 3 }],
      now: new Date(0),
    },
  })

  it('loads nothing and runs nothing but its own script', () => {
    assert.match(html, /default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc'/)
    assert.equal(html.match(/<script/g)?.length, 1)
    assert.doesNotMatch(html, /style="|onclick|src=x>|href=/)
  })

  it('escapes what other people wrote', () => {
    assert.match(html, /&#34;&#62;&#60;script&#62;alert/)
    assert.match(html, /data-line="3">sw-1<\/button> &#60;b&#62;/)
  })
})
