import type { Archive } from '../backup/archive.ts'
import type { ConnectionPool } from '../connection/connection-pool.ts'
import type { Connection, Forwarder, Transport } from '../connection/transport.ts'
import type { InventoryPort } from '../inventory/import/import-port.ts'
import type { JobsPort } from '../jobs/jobs-port.ts'
import type { WorkspaceFiles } from '../load-files.ts'
import type { Platform } from '../platforms/platform.ts'
import type { KnownHosts } from '../safety/known-hosts.ts'
import type { StateFileCheck, StateStore } from '../state/state-store.ts'
import type { OpenVault } from '../vault/open-vault.ts'
import type { Revisions } from '../workspace/revisions.ts'

/**
 * One open workspace: what every operation works on. `openNetlatch` makes it; the files are read once, everything that
 * costs or needs a secret (state, vault, archive) is opened at its first use.
 */
export interface Netlatch extends WorkspaceFiles, JobsPort, AsyncDisposable {
  readonly platform: (name: string) => Platform | undefined
  readonly transport: Transport
  /** Connections that stay open between operations, within the workspace's limits. */
  readonly pool: ConnectionPool<Connection>
  readonly now: () => Date
  /** Names of `@devices.txt` and of standard input (`@-`), where whoever opened it reads them. */
  readonly readNames?: (source: string) => Promise<readonly string[]>
  /** Told the notes of every selection that finds devices. */
  readonly onNote?: (note: string) => void
  /** Whether its files still say what was read when it was opened. */
  isCurrent(): Promise<boolean>
  state(): Promise<StateStore>
  /** Looks at the stored state without opening it for work: nothing is made, nothing migrated. */
  checkState(): Promise<StateFileCheck>
  /** Unlocks the vault, checks it against its pin. Throws VAULT_LOCKED, VAULT_TAMPERED, VAULT_REPLACED, VAULT_ROLLED_BACK. */
  vault(): Promise<OpenVault>
  /** Unlocks the vault without looking at its pin: for `vault accept`, and for nothing that sends a secret. */
  vaultUnpinned(): Promise<OpenVault>
  /** The unlocked vault, or undefined where it is locked or absent: for what is only shown. */
  vaultIfUnlocked(): Promise<OpenVault | undefined>
  /**
   * Another text of this workspace's vault (from git, from a merge), opened with the same keys and verified, without looking
   * at the pin. The caller closes it.
   */
  vaultVersion(text: string, name?: string): Promise<OpenVault>
  /** A sealed configuration of the archive, opened with this user's identity. Throws VAULT_LOCKED. */
  unseal(file: string): Promise<string>
  /** Earlier versions of the workspace's files. */
  readonly revisions: Revisions
  /** The workspace's files as they are in a commit, unverified. Throws GIT_FAILED, NOT_FOUND. */
  filesAt(revision: string): Promise<WorkspaceFiles & { readonly commit: string }>
  /** The system's own `ssh -W` to a `Host` of the user's OpenSSH configuration. */
  readonly sshJumpHost: (host: string) => Forwarder & Partial<AsyncDisposable>
  /** The known_hosts file as it is now. */
  hostKeys(): Promise<KnownHosts>
  /** Edits the known_hosts file as it is at that moment; `change` may be called again on a newer text. */
  changeHostKeys(change: (known: KnownHosts) => KnownHosts): Promise<KnownHosts>
  archive(): Promise<Archive>
  /** Inventories of other tools, and how our own are written. */
  readonly inventories: InventoryPort
  /** Replaces every secret opened in this process. */
  redact(text: string): string
}
