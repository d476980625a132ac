import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '../secret.ts'
import { createAgentProvider } from './agent.ts'
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
  /** `command:` starts programs, `agent:` signs with the keys of whoever runs this one. @default true */
  readonly allowPrograms?: boolean
  /** Whether `file:`, and a token in the home folder, may be read. @default all that the system allows */
  readonly mayUseFile?: (path: string) => Promise<boolean>
  /** Only variables that start so are read by `env:`. @default all */
  readonly envPrefix?: string
}

/** The providers for references, as this surrounding allows them. */
export function createSecretProviders(options: SecretProvidersOptions): readonly SecretProvider[] {
  const { env, home, folder, mayUseFile = async () => true } = options
  return [
    createEnvProvider(env, { prefix: options.envPrefix ?? '' }),
    createFileProvider({ folder, home, mayUseFile }),
    ...(options.allowPrograms === false ? [] : [createCommandProvider({ folder, env }), createAgentProvider(env)]),
    createHcvProvider({
      address: env.VAULT_ADDR || env.BAO_ADDR,
      namespace: env.VAULT_NAMESPACE || env.BAO_NAMESPACE,
      token: () => findToken(env, join(home, '.vault-token'), mayUseFile),
    }),
  ]
}

async function findToken(
  env: SecretProvidersOptions['env'],
  path: string,
  mayUseFile: (path: string) => Promise<boolean>,
): Promise<Secret | undefined> {
  const given = env.VAULT_TOKEN || env.BAO_TOKEN
  if (given) return new Secret(given)
  if (!(await mayUseFile(path))) return undefined
  const kept = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return ''
    throw cause
  })
  return kept.trim() === '' ? undefined : new Secret(kept.trim())
}
