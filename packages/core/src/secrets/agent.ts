import { isAbsolute } from 'node:path'
import { locationOf, unavailable } from './reference.ts'
import type { SecretProvider } from './secret-provider.ts'

/** As `ssh-add -l` and `ssh-keygen -l` print it: base64 of 32 bytes, without padding. */
const fingerprintForm = /^SHA256:[A-Za-z0-9+/]{43}$/

/**
 * `agent:SHA256:…`: one key of the user's SSH agent, by its fingerprint. The key stays in the agent, which is asked for one
 * signature per reserved login and is never forwarded.
 */
export function createAgentProvider(env: Readonly<Record<string, string | undefined>>): SecretProvider {
  return {
    scheme: 'agent',
    use: async (reference, device, fn, options = {}) => {
      options.signal?.throwIfAborted()
      const fingerprint = locationOf('agent', reference)
      if (!fingerprintForm.test(fingerprint))
        throw unavailable(device, `${reference} names no key; ssh-add -l prints the SHA256:… of each`)
      const socket = env.SSH_AUTH_SOCK
      if (!socket) throw unavailable(device, `SSH_AUTH_SOCK is not set, so there is no SSH agent for ${reference}`)
      // A name in place of a path would be a Windows agent that ssh2 reads out of bounds.
      if (!isAbsolute(socket) && !socket.startsWith('\\\\.\\pipe\\'))
        throw unavailable(device, 'SSH_AUTH_SOCK is no absolute path')
      return fn({ agentKey: { fingerprint, socket } })
    },
  }
}
