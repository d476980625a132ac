import { isAbsolute, relative, resolve, sep } from 'node:path'
import { NetlatchError } from '../errors.ts'
import type { Problem } from '../model.ts'
import { diskFiles, type FileReader } from './file-reader.ts'
import { inventoryFileName } from './find-workspace.ts'
import { checkJumpHosts } from './jump-host-way.ts'
import { checkSchema } from './problems-from-schema.ts'
import { parseStateAddress } from './state-address.ts'
import type { JumpHost, RealmSettings, Workspace, WorkspaceLocation, WorkspaceSettings } from './workspace.ts'
import { type WorkspaceFile, workspaceSchema } from './workspace-schema.ts'
import { parseYaml, type YamlFile } from './yaml-file.ts'
import { originOf, originOfKey, type YamlPath } from './yaml-node.ts'

export { findWorkspace } from './find-workspace.ts'
export type {
  ForeignInventory,
  JumpHost,
  RealmSettings,
  Workspace,
  WorkspaceLocation,
  WorkspaceSettings,
} from './workspace.ts'

/** The realm of accounts that live on the device itself. */
export const onDeviceRealm = 'on-device'

/** Reads netlatch.yaml. What is wrong in it is a problem and takes its default; throws FILE_UNREADABLE only. */
export async function loadWorkspace(location: WorkspaceLocation, files: FileReader = diskFiles): Promise<Workspace> {
  if (!location.file) return { ...location, settings: toSettings({}, location.folder), problems: [] }
  const text = await files.readText(location.file)
  const source = parseYaml(text, displayPath(location.folder, location.file))
  const { data, problems, wrong } = source.root
    ? checkSchema(workspaceSchema, source, [], '')
    : { data: {}, problems: [], wrong: [] }
  const usable = data ?? withoutMistakes(source, wrong)
  const settings = toSettings(usable, location.folder)
  return {
    ...location,
    settings,
    problems: [
      ...source.problems,
      ...problems,
      ...checkSettings(usable, source),
      ...checkJumpHosts(settings.jumpHosts, source),
    ].toSorted(byPlace),
    source,
  }
}

function byPlace(a: Problem, b: Problem): number {
  return a.at.line - b.at.line || a.at.column - b.at.column
}

/** The path that messages show: relative to the workspace, with forward slashes. */
export function displayPath(folder: string, path: string): string {
  const inside = relative(folder, path)
  return isAbsolute(inside) || inside === '' ? path : inside.replaceAll(sep, '/')
}

/** Throws INPUT_INVALID with all problems when one of them is an error. */
export function refuseErrors(problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === 'error')
  const [first] = errors
  if (!first) return
  const files = new Set(errors.map((problem) => problem.at.file)).size
  const count = `${errors.length} problem${errors.length > 1 ? 's' : ''} in ${files} file${files > 1 ? 's' : ''}`
  throw new NetlatchError('INPUT_INVALID', `${first.at.file}:${first.at.line}: ${first.message}. ${count}.`, {
    at: first.at,
    advice: first.advice ?? 'netlatch inventory check',
    problems,
  })
}

/**
 * The rest of a file with mistakes: what is wrong is left out with the entry that it spoils, everything else has been
 * checked. A spoilt realm stays as the most careful kind there is.
 */
function withoutMistakes(source: YamlFile, wrong: readonly YamlPath[]): WorkspaceFile {
  const value = source.root?.kind === 'map' ? source.root.value : {}
  const kept = Object.entries(value).flatMap(([key, entry]): [string, unknown][] => {
    const mistakes = wrong.filter(([first]) => first === key)
    if (mistakes.length === 0) return [[key, entry]]
    if (!isDictionary(entry) || mistakes.some((path) => path.length === 1)) return []
    const spoilt = new Set(mistakes.map(([, name]) => name))
    const realms =
      key === 'realms' ? [...spoilt].map((name): [string, unknown] => [String(name), { kind: 'strict' }]) : []
    return [[key, Object.fromEntries([...Object.entries(entry).filter(([name]) => !spoilt.has(name)), ...realms])]]
  })
  return workspaceSchema.safeParse(Object.fromEntries(kept)).data ?? {}
}

function isDictionary(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toSettings(file: WorkspaceFile, folder: string): WorkspaceSettings {
  const absolute = (path: string) => resolve(folder, path)
  const backups = typeof file.backups === 'string' ? { repository: file.backups } : file.backups
  return {
    inventory: [file.inventory ?? inventoryFileName]
      .flat()
      .map((source) => (typeof source === 'string' ? absolute(source) : { ...source, path: absolute(source.path) })),
    credentials: absolute(file.credentials ?? 'credentials.yaml'),
    knownHosts: absolute(file.known_hosts ?? 'known_hosts'),
    state: absoluteState(file.state ?? 'sqlite:.netlatch/state.db', absolute),
    backups: { ...backups, repository: absolute(backups?.repository ?? 'backups.git') },
    jobs: [file.jobs ?? 'jobs/*.yaml'].flat().map(absolute),
    ...(file.textfsm !== undefined && { textfsm: absolute(file.textfsm) }),
    platforms: [file.platforms ?? 'platforms/*.yaml'].flat().map(absolute),
    realms: dictionary([[onDeviceRealm, { kind: 'device' }], ...Object.entries(file.realms ?? {}).map(toRealm)]),
    jumpHosts: dictionary(Object.entries(file.jump_hosts ?? {}).map(toJumpHost)),
    hostKeys: file.host_keys ?? 'strict',
    limits: {
      concurrency: file.limits?.concurrency ?? 64,
      perSite: file.limits?.per_site ?? 16,
      perDevice: file.limits?.per_device ?? 2,
      connectsPerSecond: file.limits?.connects_per_second ?? 50,
    },
  }
}

function toRealm([name, realm]: [string, NonNullable<WorkspaceFile['realms']>[string]]): [string, RealmSettings] {
  return [
    name,
    {
      kind: name === onDeviceRealm ? 'device' : realm.kind,
      ...(realm.lockout_threshold !== undefined && { lockoutThreshold: realm.lockout_threshold }),
      ...(realm.max_in_flight !== undefined && { maxInFlight: realm.max_in_flight }),
      ...(realm.scope !== undefined && { scope: realm.scope }),
    },
  ]
}

function toJumpHost([name, hop]: [string, NonNullable<WorkspaceFile['jump_hosts']>[string]]): [string, JumpHost] {
  if ('ssh' in hop) return [name, hop]
  const { host, port = 22, credential, jump_host: jumpHost } = hop
  return [name, { host, port, credential, ...(jumpHost !== undefined && { jumpHost }) }]
}

function absoluteState(state: string, absolute: (path: string) => string): string {
  const address = parseStateAddress(state)
  return address?.path === undefined ? state : `${address.engine}:${absolute(address.path)}`
}

function checkSettings(file: WorkspaceFile, source: YamlFile): readonly Problem[] {
  const problems: Problem[] = []
  if (file.realms?.[onDeviceRealm] && file.realms[onDeviceRealm].kind !== 'device') {
    const at = originOf(source, ['realms', onDeviceRealm, 'kind'])
    const message = `realm ${onDeviceRealm} is of kind device`
    problems.push({ code: 'wrong-value', severity: 'error', message, advice: 'Give this realm another name.', at })
  }
  for (const [name, realm] of Object.entries(file.realms ?? {})) {
    if (realm.scope !== 'shared' || file.state?.startsWith('postgres')) continue
    const at = originOf(source, ['realms', name, 'scope'])
    const message = `realm ${name} is shared, and the state is a file of this workspace alone`
    const advice = 'Leave scope: out. Workspaces that count together need one state: a PostgreSQL database.'
    problems.push({ code: 'wrong-value', severity: 'error', message, advice, at })
  }
  if (file.state && parseStateAddress(file.state)?.path === undefined && !file.state.startsWith('postgres')) {
    const at = originOfKey(source, ['state'])
    const message = 'the state is kept in memory: every run counts failed logins from 0'
    const advice = 'Write sqlite:.netlatch/state.db, unless no account can lock.'
    problems.push({ code: 'forgetful-state', severity: 'warning', message, advice, at })
  }
  if (file.state && /^postgres(ql)?:\/\/[^@/]*:[^@/]*@|[?&]password=/.test(file.state)) {
    const at = originOfKey(source, ['state'])
    const advice = 'Leave it out here, and set PGPASSWORD or use a .pgpass file.'
    problems.push({ code: 'secret-in-workspace', severity: 'error', message: 'a password in the settings', advice, at })
  }
  return problems
}

function dictionary<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}
