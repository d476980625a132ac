import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import fc from 'fast-check'
import { before, describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { Secret } from '../../../packages/core/src/secret.ts'
import { canonicalJson } from '../../../packages/core/src/vault/canonical-json.ts'
import type { DataKey } from '../../../packages/core/src/vault/data-key.ts'
import { setCredential, setDefault } from '../../../packages/core/src/vault/edit-credentials.ts'
import { openVault, verifyVault } from '../../../packages/core/src/vault/open-vault.ts'
import { parseVault } from '../../../packages/core/src/vault/read-vault.ts'
import { rotateVault } from '../../../packages/core/src/vault/rotate-vault.ts'
import { documentOf, unlockDataKey } from '../../../packages/core/src/vault/unlock-data-key.ts'
import { openRecord, sealHeader } from '../../../packages/core/src/vault/vault-record.ts'
import type { VaultDocument, VaultRecord } from '../../../packages/core/src/vault/vault-schema.ts'
import { vaultText } from '../../../packages/core/src/vault/vault-text.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { makeVault, type TestVault } from '../../support/temporary-vault.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

describe('a vault that was changed without its key', () => {
  const folder = temporaryFolder()
  let test: TestVault
  let key: DataKey
  let document: VaultDocument
  let olderText: string

  before(async () => {
    test = await makeVault(folder())
    const rotated = (await rotateVault(test.vault)).vault
    olderText = await readFile(test.path, 'utf8')
    const vault = await setCredential(rotated, 'lab', { secret: { password: new Secret('another-lab-password') } })
    key = vault.dataKey
    document = documentOf(vault.file)
  })

  const open = (changed: unknown) => {
    // JSON is YAML too, and says every value exactly.
    const file = parseVault(JSON.stringify(changed), test.path)
    return openVault(file, { identities: [test.identity] })
  }

  async function assertRefused(changed: unknown, what: string): Promise<void> {
    await assert.rejects(open(changed), (error: unknown) => {
      assert.ok(error instanceof NetlatchError, `${what}: ${String(error)}`)
      assert.match(error.code, /^(VAULT_TAMPERED|VAULT_LOCKED|INPUT_INVALID)$/, what)
      return true
    })
  }

  it('opens when nothing was changed', async () => {
    const vault = await open(document)
    assert.deepEqual(
      vault.credentials.map(({ name }) => name),
      ['core-admin', 'lab', 'unique'],
    )
  })

  it('opens with the MAC of the first vaults, which counts edits, as long as count and document fit it', async () => {
    const { mac, ...rest } = document
    const counted = (edits: number, value: object) => {
      const hmac = createHmac('sha256', key.derive('mac'))
        .update(canonicalJson({ ...value }))
        .digest('base64')
      return { ...rest, mac: `nl1m:${edits}:${hmac}` }
    }
    const first = counted(9, { document: rest, edits: 9 })
    await writeFile(test.path, JSON.stringify(first))
    const vault = await open(first)
    assert.match((await setDefault(vault, 'lab')).file.text, /"?mac"?: "?nl1m:[A-Za-z0-9+/]{43}=/)
    await assertRefused(counted(8, { document: rest, edits: 9 }), 'another count')
    await assertRefused(counted(9, rest), 'the count alone')
    await assertRefused({ ...first, mac: first.mac.replace('nl1m:9:', 'nl1m:') }, 'without its count')
    await assertRefused({ ...first, mac: mac.replace('nl1m:', 'nl1m:9:') }, 'a count before the other')
    await assertRefused({ ...first, default: 'lab' }, 'another document')
  })

  it('is refused for every value that changes, whatever it is', async () => {
    for (const path of leavesOf(document as unknown as Json))
      for (const other of variants(valueAt(document as unknown as Json, path)))
        await assertRefused(
          replaced(document as unknown as Json, path, other),
          `${path.join('.')} = ${JSON.stringify(other)}`,
        )
  }).timeout(60_000)

  it('is refused for every key that is removed', async () => {
    for (const path of keysOf(document as unknown as Json))
      await assertRefused(replaced(document as unknown as Json, path, undefined), `without ${path.join('.')}`)
  }).timeout(60_000)

  it('is refused when records trade places, secrets or names', async () => {
    const { 'core-admin': core, lab, unique } = document.credentials
    assert.ok(core && lab && unique)
    const withRecords = (records: object) => ({ ...document, credentials: { ...document.credentials, ...records } })
    await assertRefused(withRecords({ 'core-admin': lab, lab: core }), 'records')
    await assertRefused(withRecords({ 'core-admin': { ...core, secret: lab.secret } }), 'secret')
    await assertRefused(withRecords({ copy: core }), 'copy')
    await assertRefused(withRecords({ lab: { ...lab, hosts: core.hosts } }), 'hosts')
    await assertRefused(withRecords({ unique: { ...unique, secret: 'command:cat /etc/passwd' } }), 'reference')
    await assertRefused(withRecords({ core: unique }), 'reference under another name')
    await assertRefused(
      { ...document, redaction_key: document.succession, succession: document.redaction_key },
      'header',
    )
    await assertRefused({ ...document, redaction_key: lab.secret }, 'header from a record')
  })

  it('is refused when a record of an older file comes back', async () => {
    const older = parseVault(olderText, test.path).document?.credentials.lab
    assert.ok(older)
    await assertRefused({ ...document, credentials: { ...document.credentials, lab: older } }, 'older record')
  })

  it('names the records that were changed, with their line', async () => {
    const lab = document.credentials.lab
    const file = parseVault(
      vaultText({
        ...document,
        credentials: { ...document.credentials, lab: { ...(lab as VaultRecord), hosts: ['192.0.2.0/24'] } },
      }),
      test.path,
    )
    await assert.rejects(openVault(file, { identities: [test.identity] }), (error: unknown) => {
      assert.ok(error instanceof NetlatchError)
      assert.equal(error.code, 'VAULT_TAMPERED')
      const line = file.text.split('\n').indexOf('  lab:') + 1
      assert.equal(
        error.message,
        `credentials.yaml:${line}: lab was changed by hand and no longer fits its seal. It is not used.`,
      )
      assert.equal(error.advice, 'If you meant it: netlatch vault set lab --hosts 192.0.2.0/24')
      return true
    })
  })

  it('has every record sealed on its own, even with a MAC that fits', () => {
    for (const [name, record] of Object.entries(document.credentials)) {
      assert.ok(openRecord(key, name, record))
      for (const path of keysOf(record as unknown as Json).filter((path) => path.join() !== 'secret')) {
        assert.equal(
          openRecord(key, name, replaced(record as unknown as Json, path, undefined) as VaultRecord),
          undefined,
          `${name} without ${path}`,
        )
      }
      for (const path of leavesOf(record as unknown as Json))
        for (const other of variants(valueAt(record as unknown as Json, path))) {
          const changed = replaced(record as unknown as Json, path, other) as VaultRecord
          if (typeof changed.secret === 'string')
            assert.equal(openRecord(key, name, changed), undefined, `${name}.${path} = ${JSON.stringify(other)}`)
        }
      assert.equal(openRecord(key, `${name}x`, record), undefined)
    }
  })

  it('has its header sealed on its own, even with a MAC that fits', async () => {
    const { redaction_key, succession = '', credentials } = document
    const flipped = (text: string) => `${text.slice(0, -6)}${text.at(-6) === 'A' ? 'B' : 'A'}${text.slice(-5)}`
    const forgeries: readonly Partial<VaultDocument>[] = [
      { redaction_key: flipped(redaction_key) },
      { redaction_key: succession, succession: redaction_key },
      { redaction_key: credentials.lab?.secret ?? '' },
      { redaction_key: sealHeader(key, 'succession', randomBytes(32)) },
      { redaction_key: sealHeader(key, 'redaction_key', randomBytes(16)) },
      { succession: flipped(succession) },
      { succession: sealHeader(key, 'redaction_key', Buffer.from('[]')) },
      { succession: sealHeader(key, 'succession', Buffer.from('[{"epoch":2}]')) },
    ]
    for (const forgery of forgeries) {
      const { mac: _, ...forged } = { ...document, ...forgery }
      await assert.rejects(
        open({ ...forged, mac: key.mac(forged) }),
        { code: 'VAULT_TAMPERED' },
        JSON.stringify(forgery),
      )
    }
  })

  it('is refused when a wrap holds the key of another vault or epoch, before anything is derived from it', async () => {
    for (const part of [{ epoch: document.epoch + 1 }, { id: '0'.repeat(24) }])
      await assert.rejects(
        unlockDataKey(parseVault(JSON.stringify({ ...document, ...part }), test.path), { identities: [test.identity] }),
        { code: 'VAULT_TAMPERED' },
      )
  })

  it('leaves a record that does not fit its seal unused and works with the others, when only the MAC was made to fit', async () => {
    const lab = { ...(document.credentials.lab as VaultRecord), hosts: ['192.0.2.0/24'] }
    const { mac: _, ...forged } = { ...document, credentials: { ...document.credentials, lab } }
    const vault = await open({ ...forged, mac: key.mac(forged) })
    assert.deepEqual(
      vault.credentials.map(({ name }) => name),
      ['core-admin', 'unique'],
    )
    assert.deepEqual(
      vault.problems.map(({ code }) => code),
      ['broken-seal'],
    )
    assert.equal(vault.content('lab'), undefined)
  })

  it('is refused under the data key of another epoch or vault', async () => {
    const other = await makeVault(folder(), []).catch(() => undefined)
    assert.equal(other, undefined, 'a vault is never made over another')
    const older = parseVault(olderText, test.path).document
    assert.ok(older)
    assert.throws(() => verifyVault(parseVault(vaultText({ ...document, mac: older.mac }), test.path), key.copy()), {
      code: 'VAULT_TAMPERED',
    })
  })

  it('keeps its meaning or is refused, whichever bits flip', async () => {
    const runs = process.env.NETLATCH_LONG ? 20_000 : 2_000
    const bytes = Buffer.from(vaultText(document))
    const meaning = canonicalJson({ ...document })
    let accepted = 0
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length * 8 - 1), fc.option(fc.nat(bytes.length * 8 - 1)), async (first, second) => {
        const flipped = Buffer.from(bytes)
        for (const bit of [first, second ?? first].slice(0, second === null ? 1 : 2))
          flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
        const file = parseVault(flipped.toString('utf8'), test.path)
        if (file.document && canonicalJson({ ...file.document }) === meaning) return
        const vault = await openVault(file, { identities: [test.identity] }).catch((error: unknown) => {
          assert.ok(error instanceof NetlatchError, String(error))
          return undefined
        })
        if (vault) accepted += 1
      }),
      { numRuns: runs },
    )
    assert.equal(accepted, 0)
  }).timeout(300_000)
})

function leavesOf(value: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner as Json, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}

function keysOf(value: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const below = [...path, Array.isArray(value) ? Number(key) : key]
    return [below, ...keysOf(inner as Json, below)]
  })
}

function valueAt(value: Json, path: readonly (string | number)[]): Json {
  return path.reduce<Json>((inner, step) => (inner as Readonly<Record<string | number, Json>>)[step] ?? null, value)
}

function replaced(value: Json, path: readonly (string | number)[], next: Json | undefined): Json {
  const [first, ...rest] = path
  if (first === undefined) return next ?? null
  if (Array.isArray(value)) {
    if (rest.length === 0 && next === undefined) return value.filter((_, index) => index !== first)
    return value.map((inner, index) => (index === first ? replaced(inner, rest, next) : inner))
  }
  const entries = Object.entries(value as Readonly<Record<string, Json>>)
  return Object.fromEntries(
    entries.flatMap(([key, inner]) => {
      if (key !== first) return [[key, inner]]
      return rest.length === 0 && next === undefined ? [] : [[key, replaced(inner, rest, next)]]
    }),
  )
}

/** Other values of the same kind, and values cut short. */
function variants(value: Json): readonly Json[] {
  if (typeof value === 'number') return [value + 1, 0, String(value)]
  if (typeof value === 'boolean') return [!value]
  if (typeof value !== 'string') return ['x']
  const middle = value.length >> 1
  const swapped = value[middle] === 'A' ? 'B' : 'A'
  return [
    value.slice(0, -1),
    value.slice(0, 8),
    '',
    `${value.slice(0, middle)}${swapped}${value.slice(middle + 1)}`,
    `${value}A`,
  ].filter((other) => other !== value)
}
