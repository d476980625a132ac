import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Device } from '../../packages/core/src/model.ts'
import { Secret } from '../../packages/core/src/secret.ts'
import { generateIdentity } from '../../packages/core/src/vault/age-wrap.ts'
import { createVault } from '../../packages/core/src/vault/create-vault.ts'
import {
  addCredential,
  type CredentialFields,
  type CredentialSource,
} from '../../packages/core/src/vault/edit-credentials.ts'
import { type OpenVault, type OpenVaultOptions, openVault } from '../../packages/core/src/vault/open-vault.ts'
import { readVault, type VaultFile } from '../../packages/core/src/vault/read-vault.ts'

/** A vault in a folder, and who can open it. */
export interface TestVault {
  readonly path: string
  /** Alice's identity: the one recipient. */
  readonly identity: Secret
  readonly recipient: string
  readonly vault: OpenVault
}

/** A vault with one recipient, alice, and the credentials of {@link vaultCredentials}. */
export async function makeVault(
  folder: string,
  credentials: readonly TestCredential[] = vaultCredentials(),
  options: OpenVaultOptions = {},
): Promise<TestVault> {
  const path = join(folder, 'credentials.yaml')
  const { identity, recipient } = await generateIdentity()
  let vault = await createVault(path, [{ name: 'alice', age: recipient }], options)
  for (const [name, fields, source] of credentials) vault = await addCredential(vault, name, fields, source)
  return { path, identity: new Secret(identity), recipient, vault }
}

export type TestCredential = readonly [name: string, fields: CredentialFields, source: CredentialSource]

export function vaultCredentials(): readonly TestCredential[] {
  return [
    [
      'core-admin',
      {
        username: 'netops',
        realm: 'tacacs-core',
        priority: 10,
        tags: ['core', 'ios'],
        hosts: ['10.0.0.0/8', '*.core.example.net'],
        ports: [22],
      },
      { secret: { password: new Secret('core-password'), enable: new Secret('core-enable') } },
    ],
    ['lab', { username: 'lab', tags: ['lab'], hosts: ['any'] }, { secret: { password: new Secret('lab-password') } }],
    [
      'unique',
      { username: 'netadmin', match: 'role:cpe', hosts: ['10.64.0.0/10'], fallback: true },
      { reference: 'env:PASSWORD_OF_{name}' },
    ],
  ]
}

/** The vault file as it is on the disk now. */
export async function readTestVault(path: string): Promise<VaultFile> {
  const file = await readVault(path)
  if (!file) throw new Error(`no vault at ${path}`)
  return file
}

export async function reopen(
  test: Pick<TestVault, 'path' | 'identity'>,
  options?: OpenVaultOptions,
): Promise<OpenVault> {
  return openVault(await readTestVault(test.path), { identities: [test.identity] }, options)
}

/** The lines that a change removed and added. */
export async function changedLines<T>(
  path: string,
  change: () => Promise<T>,
): Promise<{ readonly removed: readonly string[]; readonly added: readonly string[]; readonly value: T }> {
  const before = (await readFile(path, 'utf8')).split('\n')
  const value = await change()
  const after = (await readFile(path, 'utf8')).split('\n')
  return { removed: without(before, after), added: without(after, before), value }
}

/** What is left of `lines` when each line of `others` takes one of its like away. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others]
  return lines.filter((line) => {
    const index = left.indexOf(line)
    if (index !== -1) left.splice(index, 1)
    return index === -1
  })
}

/** A device as the inventory gives it. */
export function deviceOf(values: Partial<Device> = {}): Device {
  const origin = { file: 'inventory.yaml', line: 1, column: 1 }
  return {
    name: 'core-1',
    hosts: ['10.0.0.1'],
    port: 22,
    platform: 'cisco_ios',
    transport: 'ssh',
    status: 'active',
    groups: [],
    tags: [],
    ssh: { algorithms: 'modern' },
    origin,
    origins: {},
    ...values,
  }
}
