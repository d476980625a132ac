import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '../secret.ts'
import { createCommandProvider } from './command.ts'
import { createEnvProvider } from './env.ts'
import { createFileProvider } from './file.ts'
import { createHcvProvider } from './hcv.ts'
import type { SecretProvider } from './secret-provider.ts'

export interface SecretProvidersOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** The workspace: where relative paths and programs start. */
  readonly folder: string
  /** `command:` starts programs. @default true */
  readonly allowPrograms?: boolean
  /** `file:` reads files outside the vault. @default true */
  readonly allowFiles?: boolean
  /** Only variables that start so are read by `env:`. @default all */
  readonly envPrefix?: string
}

/** The providers for references, as this surrounding allows them. */
export function createSecretProviders(options: SecretProvidersOptions): readonly SecretProvider[] {
  const { env, home, folder } = options
  return [
    createEnvProvider(env, { prefix: options.envPrefix ?? '' }),
    ...(options.allowFiles === false ? [] : [createFileProvider({ folder, home })]),
    ...(options.allowPrograms === false ? [] : [createCommandProvider({ folder, env })]),
    createHcvProvider({
      address: env.VAULT_ADDR || env.BAO_ADDR,
      namespace: env.VAULT_NAMESPACE || env.BAO_NAMESPACE,
      token: () => findToken(env, home),
    }),
  ]
}

async function findToken(env: SecretProvidersOptions['env'], home: string): Promise<Secret | undefined> {
  const given = env.VAULT_TOKEN || env.BAO_TOKEN
  if (given) return new Secret(given)
  const kept = await readFile(join(home, '.vault-token'), 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    throw cause
  })
  return kept.trim() === '' ? undefined : new Secret(kept.trim())
}
