import { changeVault, releaseCredential, setCredential } from '@netlatch/core'
import {
  addCredentialTo,
  changeSecretOf,
  moveSecret,
  type NewCredential,
  type SecretParts,
} from './credential-methods.ts'
import type { In, WorkspaceOf } from './operation-scope.ts'

/** Changes of the vault, and what a person vouches for. */
export function vaultMethods(of: WorkspaceOf) {
  return {
    async release({ credential, ...params }: In & { credential: string }) {
      return of(params).use((netlatch) => releaseCredential(netlatch, credential))
    },
    async addCredential({ credential, ...params }: In & { credential: NewCredential }) {
      const workspace = of(params)
      await workspace.use((netlatch) => addCredentialTo(netlatch, credential), { allowProblems: true })
      workspace.filesChanged()
    },
    async changeSecret({ credential, secret, ...params }: In & { credential: string; secret: SecretParts }) {
      const workspace = of(params)
      await workspace.use((netlatch) => changeSecretOf(netlatch, credential, secret), { allowProblems: true })
      workspace.filesChanged()
    },
    async moveSecret({
      place,
      credential,
      ...params
    }: In & { place: string; credential: Omit<NewCredential, 'secret'> }) {
      const workspace = of(params)
      await workspace.use((netlatch) => moveSecret(netlatch, place, credential), { allowProblems: true })
      workspace.filesChanged()
    },
    /** A tag of the inventory has another name now: credentials that match by it follow. */
    async renameTagOf({
      credentials,
      from,
      to,
      ...params
    }: In & { credentials: readonly string[]; from: string; to: string }) {
      const workspace = of(params)
      for (const name of credentials) {
        await workspace.use(
          (netlatch) =>
            changeVault(netlatch, async (vault) => {
              const tags = vault.credentials.find((each) => each.name === name)?.tags ?? []
              const renamed = [...new Set(tags.map((tag) => (tag === from ? to : tag)))]
              return { vault: await setCredential(vault, name, { tags: renamed }) }
            }),
          { allowProblems: true },
        )
        workspace.filesChanged()
      }
    },
  }
}
