import { basename } from 'node:path'
import type { Credential, Problem } from '../model.ts'
import { diskFiles, type FileReader, isMissingFile } from '../workspace/file-reader.ts'
import { withoutFollowUps } from '../workspace/follow-ups.ts'
import { checkSchema, type SchemaCheck } from '../workspace/problems-from-schema.ts'
import { parseYaml, type YamlFile } from '../workspace/yaml-file.ts'
import { nodeAt, originOf, originOfKey } from '../workspace/yaml-node.ts'
import {
  type VaultDocument,
  type VaultRecipient,
  type VaultRecord,
  vaultHeaderSchema,
  vaultRecordSchema,
} from './vault-schema.ts'

/**
 * A vault as it stands in its file: locked, and **unverified**. Its public parts may be shown; nothing may be decided on
 * them that lets a secret out. `openVault` is what verifies.
 */
export interface VaultFile {
  readonly path: string
  readonly text: string
  readonly yaml: YamlFile
  /** Absent when the file is no valid vault; `problems` says why. */
  readonly document?: VaultDocument
  /** Empty when it cannot be read. */
  readonly id: string
  /** 0 when it cannot be read. */
  readonly epoch: number
  readonly recipients: readonly VaultRecipient[]
  /** The credential that is tried last. */
  readonly default?: string
  /** In the order of the file; those with a problem are left out. */
  readonly credentials: readonly Credential[]
  readonly problems: readonly Problem[]
}

/**
 * Reads the public part of a vault. Undefined when there is no file; throws FILE_UNREADABLE only.
 * `name` is how messages call the file. @default its last part
 */
export async function readVault(
  path: string,
  name = basename(path),
  files: FileReader = diskFiles,
): Promise<VaultFile | undefined> {
  const text = await readVaultText(path, files)
  return text === undefined ? undefined : parseVault(text, path, name)
}

/** The bytes of a vault file as text; undefined when there is none. */
export async function readVaultText(path: string, files: FileReader = diskFiles): Promise<string | undefined> {
  try {
    return await files.readText(path)
  } catch (error) {
    if (isMissingFile(error)) return undefined
    throw error
  }
}

/** The same for a text, as from git. */
export function parseVault(text: string, path: string, name = basename(path)): VaultFile {
  const yaml = parseYaml(text, name, { aliases: 'refuse' })
  const header = yaml.root?.kind === 'map' ? checkSchema(vaultHeaderSchema, yaml, [], 'the vault') : noVault(yaml)
  const names = Object.keys(header.data?.credentials ?? recordsOf(yaml))
  const records = names.map((credential) => {
    const check = checkSchema(vaultRecordSchema, yaml, ['credentials', credential], `credential ${credential}`)
    return { credential, record: check.data, problems: check.problems }
  })
  const valid = records.flatMap(({ credential, record }) => (record ? [[credential, record] as const] : []))
  const semantic = header.data ? checkDocument({ ...header.data, credentials: toRecord(valid) }, yaml) : []
  const found = [...yaml.problems, ...header.problems, ...records.flatMap((check) => check.problems), ...semantic]
  const problems = withoutFollowUps(found, [yaml])
  const isWhole = header.data && problems.every((problem) => problem.severity !== 'error')
  return {
    path,
    text,
    yaml,
    ...(isWhole && { document: yaml.value as VaultDocument }),
    id: header.data?.id ?? '',
    epoch: header.data?.epoch ?? 0,
    recipients: header.data?.recipients ?? [],
    ...(header.data?.default !== undefined && { default: header.data.default }),
    credentials: valid.map(([credential, record]) => toCredential(credential, record, yaml)),
    problems,
  }
}

/** The public part of a record, with the defaults filled in. */
export function toCredential(name: string, record: VaultRecord, yaml: YamlFile): Credential {
  return {
    name,
    rev: record.rev ?? 1,
    username: record.username,
    ...(record.realm !== undefined && { realm: record.realm }),
    priority: record.priority ?? 100,
    tags: record.tags ?? [],
    ...(record.match !== undefined && { match: record.match }),
    hosts: record.hosts,
    ...(record.ports && { ports: record.ports }),
    fallback: record.fallback ?? false,
    ...(!record.secret.startsWith('nl1:') && { reference: record.secret }),
    origin: originOfKey(yaml, ['credentials', name]),
  }
}

function noVault(yaml: YamlFile): SchemaCheck<never> {
  const message = yaml.text.trim() === '' ? 'the file is empty' : 'this is no vault'
  const advice = 'Restore it from git, or remove the file and make a new one: netlatch vault init'
  // What is no YAML has its mistake named already.
  const isNamed = yaml.problems.length > 0
  const problem: Problem = { code: 'no-vault', severity: 'error', message, advice, at: yaml.positionAt(0) }
  return { problems: isNamed ? [] : [problem], wrong: [[]] }
}

function recordsOf(yaml: YamlFile): Readonly<Record<string, unknown>> {
  const node = nodeAt(yaml.root, ['credentials'])
  return node?.kind === 'map' ? node.value : {}
}

function toRecord<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

/** What the schema cannot say: names that belong together. */
function checkDocument(document: VaultDocument, yaml: YamlFile): readonly Problem[] {
  const problems: Problem[] = []
  const report = (code: string, message: string, advice: string, path: readonly (string | number)[]) =>
    problems.push({ code, severity: 'error', message, advice, at: originOf(yaml, path) })

  for (const [index, { name }] of document.recipients.entries()) {
    if (document.recipients.findIndex((recipient) => recipient.name === name) < index)
      report('duplicate-name', `recipient ${name} stands here twice`, 'Names must be unique.', ['recipients', index])
  }
  const known = recordsOf(yaml)
  if (document.default !== undefined && !Object.hasOwn(known, document.default)) {
    const advice = 'Choose another: netlatch vault set-default <credential>'
    report('unknown-credential', `the default ${document.default} is not in the vault`, advice, ['default'])
  }
  for (const [name, record] of Object.entries(document.credentials)) {
    const isReference = !record.secret.startsWith('nl1:')
    if (isReference && !record.seal)
      report('unsealed', `the reference of ${name} has no seal. It is not used`, `netlatch vault set ${name}`, [
        'credentials',
        name,
        'secret',
      ])
    if (!isReference && record.seal !== undefined)
      report('wrong-value', `${name} has a seal beside a sealed secret`, 'Remove the seal.', [
        'credentials',
        name,
        'seal',
      ])
  }
  return problems
}
