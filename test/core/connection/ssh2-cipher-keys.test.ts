import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'mocha'
import ssh2 from 'ssh2'
import { prepareCipherKeys } from '../../../packages/core/src/connection/ssh2-cipher-keys.ts'
import { scriptedSshServer } from '../../support/hostile-ssh-server.ts'
import { acceptAnyPassword } from '../../support/ssh-login.ts'

function kindsOfKeys(client: ssh2.Client): string[] {
  const protocol = Reflect.get(client, '_protocol') as { _cipher: object; _decipher: object }
  const keys = [Reflect.get(protocol._cipher, '_encKey'), Reflect.get(protocol._decipher, '_decipherKey')]
  return keys.map((key) => key?.constructor.name)
}

describe('the cipher keys of a connection', () => {
  for (const cipher of ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'] as const)
    it(`are ones of Node with ${cipher}, and again after each key exchange`, async () => {
      await using server = await scriptedSshServer({
        onLogin: acceptAnyPassword,
        algorithms: { cipher: [cipher] },
        onShell: (stream) => stream.on('data', (chunk: Buffer) => stream.write(chunk)),
      })
      const client = new ssh2.Client()
      client.on('handshake', () => prepareCipherKeys(client))
      client.connect({ host: '127.0.0.1', port: server.port, username: 'netops', password: 'x' })
      await once(client, 'ready')
      const channel = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
        client.shell((error, opened) => (error ? reject(error) : resolve(opened))),
      )
      for (const text of ['first', 'second']) {
        assert.deepEqual(kindsOfKeys(client), ['SecretKeyObject', 'SecretKeyObject'])
        channel.write(text)
        const [echo] = await once(channel, 'data')
        assert.equal(String(echo), text)
        const exchanged = once(client, 'handshake')
        Reflect.get(client, '_protocol').rekey()
        await exchanged
      }
      client.destroy()
    })

  it('stay as they are where ssh2 keeps them elsewhere', () => {
    for (const protocol of [undefined, {}, { _cipher: {}, _decipher: null }]) {
      const client = Object.assign(new ssh2.Client(), { _protocol: protocol })
      prepareCipherKeys(client)
      assert.deepEqual(Reflect.get(client, '_protocol'), protocol)
    }
  })
})
