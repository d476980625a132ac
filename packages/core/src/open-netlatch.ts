import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { openGitArchive } from './backup/git-archive.ts'
import { openGitRevisions } from './backup/git-revisions.ts'
import { type CallerSettings, withCallerSettings } from './caller-settings.ts'
import { ConnectionPool } from './connection/connection-pool.ts'
import { openSshJumpHost } from './connection/openssh-jump-host.ts'
import { createSsh2Transport } from './connection/ssh2-transport.ts'
import type { Connection } from './connection/transport.ts'
import { NetlatchError } from './errors.ts'
import { openInventoryPort } from './inventory/import/open-inventory-port.ts'
import { openJobsPort } from './jobs/open-jobs.ts'
import { loadFiles, loadFilesAt } from './load-files.ts'
import type { Netlatch } from './operations/netlatch.ts'
import { readKnownHosts, updateKnownHosts } from './safety/known-hosts-file.ts'
import type { Secret } from './secret.ts'
import { createRedactor } from './secrets/redactor.ts'
import { createSecretProviders } from './secrets/secret-providers.ts'
import { checkStateFile, openStateStore } from './state/open-state-store.ts'
import { type Clock, systemClock } from './state/store-clock.ts'
import { decryptText } from './vault/age-wrap.ts'
import { openKeyVault } from './vault/key-vault.ts'
import { type Login, readLogins, vaultWithLogins } from './vault/logins.ts'
import { refuseMovedPasswords } from './vault/moved-passwords.ts'
import { openVault } from './vault/open-vault.ts'
import { checkPin, seenRev } from './vault/pin.ts'
import { parseVault } from './vault/read-vault.ts'
import { findVaultKeys } from './vault/unlock.ts'
import type { VaultKeys } from './vault/unlock-data-key.ts'
import { type Confinement, confineFiles, confineSettings } from './workspace/confinement.ts'
import { diskFiles, type FileReader } from './workspace/file-reader.ts'
import { displayPath, findWorkspace, refuseErrors } from './workspace/load-workspace.ts'
import { rememberFiles } from './workspace/read-files.ts'

export interface OpenOptions extends CallerSettings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Which wrapper asks; the audit trail names it. */
  readonly program: 'cli' | 'n8n' | 'vscode'
  /** A folder, or a netlatch.yaml. @default NETLATCH_WORKSPACE, else upwards from `cwd` */
  readonly workspace?: string
  /** Where the user's files are read from: an editor has texts that are not on the disk yet. @default the disk */
  readonly files?: FileReader
  /** What opens the vault; no key at all keeps it locked. @default {@link findVaultKeys} in `env` */
  readonly keys?: () => Promise<VaultKeys>
  /** Asked when a passphrase, and no identity, shall open the vault. */
  readonly askPassphrase?: () => Promise<Secret>
  /** Names of `@devices.txt` and of standard input (`@-`) in selections. @default they are refused */
  readonly readNames?: (source: string) => Promise<readonly string[]>
  /** Told what a person may want to know of a selection: `tag labb exists on none. Nearest: tag:lab (38).` */
  readonly onNote?: (note: string) => void
  /** Logins beside the vault's credentials. */
  readonly logins?: readonly Login[]
  /** How far the workspace's files may reach. @default as far as this program */
  readonly confinement?: Confinement
  /** Opens a workspace whose files have errors, to show them. @default false: INPUT_INVALID */
  readonly allowProblems?: boolean
  /** Whose time it is, for everything that has an age or a window. @default the system's clocks */
  readonly clock?: Clock
}

/**
 * Opens a workspace. Reads its files; everything that costs or needs a secret is opened at its first use. Throws
 * WORKSPACE_MISSING, and INPUT_INVALID with all problems of all files.
 */
export async function openNetlatch(options: OpenOptions): Promise<Netlatch> {
  const { env, cwd, clock = systemClock } = options
  const now = () => new Date(clock.wall())
  const explicit = options.workspace ?? env.NETLATCH_WORKSPACE
  const location = await findWorkspace({ cwd, env, ...(explicit && { explicit: resolve(cwd, explicit) }) })
  const { confinement, files: source = diskFiles } = options
  const reader = rememberFiles(confinement ? confineFiles(source, confinement) : source)
  const onDisk = await loadFiles(location, now(), reader)
  const ofVault = options.useVault === false ? [] : onDisk.credentials
  const logins = options.logins && readLogins(options.logins, ofVault)
  const files = withCallerSettings(onDisk, options, logins)
  const { workspace, vaultFile, problems } = files
  const { settings } = workspace
  if (!options.allowProblems) refuseErrors(problems)
  if (confinement) await confineSettings(settings, confinement)

  const redactor = createRedactor()
  const revisions = openGitRevisions(location.folder)
  const pool = new ConnectionPool<Connection>(settings.limits)
  const knownHostsName = displayPath(workspace.folder, settings.knownHosts)
  const program = { program: options.program, user: userName() }
  const providers = createSecretProviders({
    env,
    home: homedir(),
    folder: workspace.folder,
    ...confinement,
  })

  const state = once(() => openStateStore({ url: settings.state, workspace: 'workspace', program, clock }))
  const archive = once(() => openGitArchive(settings.backups))
  const passphrase = once(async () => options.askPassphrase?.())
  const vaultKeys = once(async () => {
    const keys = await (options.keys?.() ?? findVaultKeys({ env, home: homedir() }))
    const asked = await passphrase()
    return { ...keys, ...(asked && { passphrase: asked }) }
  })
  /** A passphrase that was asked for has to be the one: an identity beside it would hide that it is not. */
  const keysOfVault = async (): Promise<VaultKeys> => {
    const asked = await passphrase()
    return asked ? { passphrase: asked } : vaultKeys()
  }
  const highestRev = async (credential: string) => seenRev(await (await state()).vaultPin(), credential)
  const vaultOptions = { providers, redactor, highestRev }
  const vaultUnpinned = once(async () => {
    if (!vaultFile && logins) return openKeyVault(join(workspace.folder, '.netlatch', 'logins.key'))
    if (!vaultFile)
      throw new NetlatchError('VAULT_LOCKED', `There is no vault at ${settings.credentials}.`, {
        advice: 'netlatch vault init',
      })
    return openVault(vaultFile, await keysOfVault(), vaultOptions)
  })
  const vault = once(async () => {
    const opened = await vaultUnpinned()
    if (vaultFile) {
      const store = await state()
      await store.saveVaultPin(
        checkPin(opened, await store.vaultPin(), { expectedFingerprint: env.NETLATCH_VAULT_FINGERPRINT }),
      )
    }
    if (!logins) return opened
    const both = vaultWithLogins(opened, logins, vaultOptions)
    await refuseMovedPasswords(logins, both, await state())
    return both
  })

  return {
    ...files,
    platform: files.platforms.find,
    transport: createSsh2Transport(),
    pool,
    sshJumpHost: confinement?.allowPrograms === false ? refuseSshJumpHost : openSshJumpHost,
    now,
    isCurrent: reader.isCurrent,
    ...(options.readNames && { readNames: options.readNames }),
    ...(options.onNote && { onNote: options.onNote }),
    state,
    checkState: () => checkStateFile(settings.state),
    archive,
    vault,
    vaultUnpinned,
    vaultIfUnlocked: async () => {
      if (!vaultFile && !logins) return undefined
      return vault().catch((error: unknown) => {
        if (error instanceof NetlatchError && error.code === 'VAULT_LOCKED') return undefined
        throw error
      })
    },
    vaultVersion: async (text, name) =>
      openVault(parseVault(text, settings.credentials, name), await vaultKeys(), vaultOptions),
    unseal: async (file) => {
      const { identities = [] } = await vaultKeys()
      const text = await decryptText(file, identities)
      if (text !== undefined) return text
      throw new NetlatchError('VAULT_LOCKED', 'No identity here opens this sealed configuration.', {
        advice: 'Set NETLATCH_IDENTITY, or ask one of those who were recipients of the vault when it was made',
      })
    },
    revisions,
    filesAt: async (revision) => {
      await using version = await revisions.at(revision)
      return { commit: version.commit, ...(await loadFilesAt(version.files, location, now())) }
    },
    hostKeys: () => readKnownHosts(settings.knownHosts, knownHostsName),
    changeHostKeys: (change) => updateKnownHosts(settings.knownHosts, knownHostsName, change),
    inventories: openInventoryPort({
      folder: workspace.folder,
      env,
      providers,
      hide: (password) => redactor.add({ password }),
    }),
    ...openJobsPort(workspace, {
      platform: files.platforms.find,
      platformNames: files.platforms.names,
      files: reader,
    }),
    redact: (text) => redactor.redact(text),
    [Symbol.asyncDispose]: async () => {
      await pool[Symbol.asyncDispose]()
      ;(await vaultUnpinned.opened())?.close()
      await (await archive.opened())?.[Symbol.asyncDispose]()
      await (await state.opened())?.[Symbol.asyncDispose]()
    },
  }
}

function refuseSshJumpHost(host: string): never {
  throw new NetlatchError('JUMP_HOST_FAILED', `${host}: the system's ssh may not be started here`)
}

interface Once<T> {
  (): Promise<T>
  /** What was opened, without opening it. */
  opened(): Promise<T | undefined>
}

/** Opens at the first call. A failure is not remembered: the next call tries again. */
function once<T>(open: () => Promise<T>): Once<T> {
  let opening: Promise<T> | undefined
  const ask = () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }
  return Object.assign(ask, { opened: async () => opening })
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without an entry in the system's list, as in many containers.
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
