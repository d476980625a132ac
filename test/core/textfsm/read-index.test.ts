// biome-ignore-all lint/suspicious/noTemplateCurlyInString: TextFSM writes the places of its Values so
import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readIndex } from '../../../packages/core/src/textfsm/read-index.ts'
import { templatesIn } from '../../../packages/core/src/textfsm/template-folder.ts'
import { missingFile } from '../../../packages/core/src/workspace/file-reader.ts'

const text = `# Which template for which command.
Template, Hostname, Platform, Command

ios_version.textfsm, .*, cisco_ios, sh[[ow]] ver[[sion]]
core_inventory.textfsm, core-.*, cisco_.*, sh[[ow]] inv[[entory]]
any_inventory.textfsm, .*, .*, sh[[ow]] inv[[entory]]
`
const find = (command: string, platforms = ['cisco_ios'], hostname = 'sw-1') =>
  readIndex(text, 'templates/index').find({ command, platforms, hostname })

describe('an index of templates', () => {
  it('finds the first line that fits the command, however it is abbreviated', () => {
    for (const command of ['show version', 'sh ver', 'sho versio', 'show version detail'])
      assert.equal(find(command), 'ios_version.textfsm', command)
    for (const command of ['s ver', 'show ve', 'xshow version', 'ping']) assert.equal(find(command), undefined, command)
  })

  it('goes by the platform under each of its names, and by the name of the device', () => {
    assert.equal(find('show version', ['juniper_junos']), undefined)
    assert.equal(find('show version', ['cisco_xe', 'cisco_ios']), 'ios_version.textfsm')
    assert.equal(find('show inventory', ['cisco_ios'], 'core-1'), 'core_inventory.textfsm')
    assert.equal(find('show inventory', ['cisco_ios'], 'edge-1'), 'any_inventory.textfsm')
  })

  it('is refused with the line of each mistake', () => {
    const broken = 'Template, Hostname, Command\na.textfsm, .*\nb.textfsm, (, x\n../c, .*, x\na:b, .*, x\n'
    assert.throws(
      () => readIndex(broken, 'index'),
      (error: { readonly code: string; readonly problems: readonly { readonly at: { readonly line: number } }[] }) =>
        error.code === 'INPUT_INVALID' && error.problems.map(({ at }) => at.line).join() === '2,3,4,5',
    )
    assert.throws(() => readIndex('a, b\n', 'index'), /the first line names the columns/)
  })

  it('is needed only where no template is named, and names no file outside of its folder', async () => {
    const files = { 'a.textfsm': 'Value A (x)\n\nStart\n  ^${A}\n' } as Readonly<Record<string, string>>
    const templates = templatesIn('/net/templates', 'templates', {
      readText: async (path) => {
        const found = files[path.slice('/net/templates/'.length)]
        if (found === undefined) throw missingFile(path)
        return found
      },
      glob: async () => [],
    })
    assert.equal((await templates.named('a.textfsm')).file, 'templates/a.textfsm')
    await assert.rejects(
      templates.find({ command: 'x', platforms: [], hostname: '' }),
      /templates\/index: is not there/,
    )
    assert.throws(() => templates.named('../a.textfsm'), { code: 'INPUT_INVALID' })
  })
})
