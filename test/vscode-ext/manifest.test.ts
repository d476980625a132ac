import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'mocha'

const { contributes } = JSON.parse(readFileSync('packages/vscode-ext/package.json', 'utf8'))

describe('the manifest', () => {
  it('lists the tools for agents only while they are on', () => {
    const { enum: choices } = contributes.configuration.properties['netlatch.chat.tools']
    assert.deepEqual(choices, ['off', 'readOnly'])
    const tools: readonly { readonly name: string; readonly when: string }[] = contributes.languageModelTools
    assert.deepEqual(
      tools.map(({ name, when }) => [name, when]),
      ['devices', 'coverage', 'explain', 'run'].map((name) => [
        `netlatch_${name}`,
        'config.netlatch.chat.tools != off',
      ]),
    )
  })
})
