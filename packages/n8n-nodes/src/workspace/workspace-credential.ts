import { homedir } from 'node:os'
import { join } from 'node:path'
import { type OpenOptions, parseIdentities, Secret, type VaultKeys } from '@netlatch/core'

/** The fields of the credential Netlatch Workspace API. */
export interface WorkspaceCredential {
  readonly folder: string
  readonly createIfMissing: boolean
  readonly unlock: 'identity' | 'passphrase' | 'nothing'
  readonly identity?: string
  readonly passphrase?: string
  readonly unknownHostKeys: 'accept' | 'refuse'
  readonly vaultFingerprint?: string
  readonly state?: string
}

/** The folder as a path: `~` is the home of the user n8n runs as. */
export function folderOf({ folder }: Pick<WorkspaceCredential, 'folder'>): string {
  const path = folder.trim()
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
}

/** What opens the vault, for n8n's credential and no other place: nothing of the environment and of the home folder. */
export async function keysOf(credential: WorkspaceCredential): Promise<VaultKeys> {
  const lookedIn = ["n8n's credential"]
  const { identity = '', passphrase = '', unlock } = credential
  if (unlock === 'identity' && identity.trim() !== '')
    return { identities: await parseIdentities(identity, "n8n's credential"), lookedIn }
  if (unlock === 'passphrase' && passphrase !== '') return { passphrase: new Secret(passphrase), lookedIn }
  return { lookedIn }
}

const secretPrefix = 'NETLATCH_SECRET_'
const secretStore = /^(?:VAULT|BAO)_(?:ADDR|NAMESPACE|TOKEN)$/

/** What the workspace may see of n8n's environment, and how far its files may reach. */
export function surroundingsOf(
  credential: WorkspaceCredential,
  env: Readonly<Record<string, string | undefined>>,
  mayUseFile: (path: string) => Promise<boolean>,
): Pick<OpenOptions, 'env' | 'confinement' | 'hostKeys' | 'state'> {
  const { vaultFingerprint = '', unknownHostKeys, state = '' } = credential
  const seen = Object.entries(env).filter(([name]) => name.startsWith(secretPrefix) || secretStore.test(name))
  return {
    env: {
      ...Object.fromEntries(seen),
      HOME: homedir(),
      PATH: env.PATH,
      ...(vaultFingerprint.trim() !== '' && { NETLATCH_VAULT_FINGERPRINT: vaultFingerprint.trim() }),
    },
    confinement: {
      allowPrograms: env.NETLATCH_N8N_ALLOW_PROGRAMS === 'true',
      envPrefix: secretPrefix,
      mayUseFile,
    },
    hostKeys: unknownHostKeys === 'accept' ? 'accept-new' : 'strict',
    ...(state.trim() !== '' && { state: state.trim() }),
  }
}
