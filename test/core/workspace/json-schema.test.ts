import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import { jsonSchemas } from '../../../packages/core/src/workspace/json-schema.ts'

describe('the shipped JSON Schemas', () => {
  it('are what the validation says (else: node test/support/write-json-schemas.ts)', () => {
    for (const { name, text } of jsonSchemas()) {
      const shipped = JSON.parse(readFileSync(`packages/core/schemas/${name}`, 'utf8'))
      assert.deepEqual(shipped, JSON.parse(text), `${name} is out of date`)
    }
  })

  it('are these and no others', () => {
    assert.deepEqual(
      readdirSync('packages/core/schemas').toSorted(),
      jsonSchemas()
        .map(({ name }) => name)
        .toSorted(),
    )
  })

  it('know the keys of a device and refuse others', () => {
    const schema = JSON.parse(jsonSchemas().find(({ name }) => name.startsWith('inventory'))?.text ?? '')
    assert.equal(schema.additionalProperties, false)
    assert.ok(schema.properties.devices.anyOf[0].additionalProperties.properties.host)
  })
})
