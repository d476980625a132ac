import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import ssh2, { type ParsedKey } from 'ssh2'
import type { SshKeyPair } from './ssh-keys.ts'

export interface SshAgentServer extends AsyncDisposable {
  readonly socket: string
  /** Fingerprints of the keys it signed with, or was asked to. */
  readonly asked: readonly string[]
  /** Programs that are connected to it now. */
  clients(): number
}

/** An SSH agent on a socket in `folder`, speaking the agent's protocol, that writes down what it signs. */
export async function startSshAgent(
  folder: string,
  keys: readonly SshKeyPair[],
  { signs = true, hangs }: { readonly signs?: boolean; readonly hangs?: 'asked for keys' | 'asked to sign' } = {},
): Promise<SshAgentServer> {
  const asked: string[] = []
  const clients = new Set<Socket>()
  const parsed = keys.map(({ privateKey }) => ssh2.utils.parseKey(privateKey) as ParsedKey)
  const server = createServer((client) => {
    clients.add(client)
    client.on('error', () => undefined)
    client.on('close', () => clients.delete(client))
    const protocol = new ssh2.AgentProtocol(false)
    protocol.on('identities', (request) => {
      if (hangs !== 'asked for keys') protocol.getIdentitiesReply(request, parsed)
    })
    protocol.on('sign', (request, publicKey, data, options) => {
      const index = keys.findIndex((key) => key.publicKey === publicKey.getPublicSSH().toString('base64'))
      asked.push(keys[index]?.fingerprint ?? 'a key it does not hold')
      const key = parsed[index]
      if (hangs) return
      if (signs && key) protocol.signReply(request, key.sign(data, options.hash))
      else protocol.failureReply(request)
    })
    client.pipe(protocol).pipe(client)
  })
  const socket = join(folder, `agent-${Math.random().toString(36).slice(2, 8)}`)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    asked,
    clients: () => clients.size,
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
