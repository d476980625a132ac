import { fillReference, locationOf, parseLogin, unavailable } from './reference.ts'
import type { SecretProvider } from './secret-provider.ts'

export interface EnvProviderOptions {
  /** Only variables that start so. @default all */
  readonly prefix?: string
}

/** `env:CORE_PASSWORD`: a variable of the environment, read when it is needed. */
export function createEnvProvider(
  env: Readonly<Record<string, string | undefined>>,
  { prefix = '' }: EnvProviderOptions = {},
): SecretProvider {
  return {
    scheme: 'env',
    use: async (reference, device, fn, options = {}) => {
      options.signal?.throwIfAborted()
      const name = fillReference(locationOf('env', reference), device)
      if (!name.startsWith(prefix))
        throw unavailable(device, `env: may only read variables that start with ${prefix} here, not ${name}`)
      const value = Object.hasOwn(env, name) ? (env[name] ?? '') : ''
      const secret = parseLogin(value, device, `env:${name}`)
      return secret && fn(secret)
    },
  }
}
