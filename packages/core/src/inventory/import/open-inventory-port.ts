import { NetlatchError } from '../../errors.ts'
import type { Device } from '../../model.ts'
import type { Secret } from '../../secret.ts'
import type { SecretProvider } from '../../secrets/secret-provider.ts'
import { diskFiles, isMissingFile } from '../../workspace/file-reader.ts'
import { saveChanges } from '../edit-inventory.ts'
import type { InventoryPort, NetBoxRequest } from './import-port.ts'
import type { InventoryCommandOptions } from './inventory-command.ts'
import { importNetBox } from './netbox.ts'
import { fetchNetBoxDevices } from './netbox-api.ts'
import { readSource } from './read-source.ts'

export interface InventoryPortOptions extends Pick<InventoryCommandOptions, 'folder' | 'env'> {
  readonly providers: readonly SecretProvider[]
  /** Told of a token before it is used, so that nothing prints it. */
  readonly hide: (secret: Secret) => void
}

/** Reads from the disk, programs and NetBox. */
export function openInventoryPort({ folder, env, providers, hide }: InventoryPortOptions): InventoryPort {
  return {
    read: (request) => readSource(request, { folder, env }),
    readNetBox: (request) =>
      withToken(request, providers, async (token) => {
        hide(token)
        const { url, filter, signal } = request
        return importNetBox(await fetchNetBoxDevices({ url, token, filter, signal }), new URL(url).host)
      }),
    readText: (path) =>
      diskFiles.readText(path).catch((error: unknown) => {
        if (isMissingFile(error)) return undefined
        throw error
      }),
    write: saveChanges,
  }
}

/** References are made for devices; here the server takes the place of one. */
async function withToken<T>(
  { url, token, signal }: NetBoxRequest,
  providers: readonly SecretProvider[],
  use: (token: Secret) => Promise<T>,
): Promise<T> {
  const provider = providers.find(({ scheme }) => token.startsWith(`${scheme}:`))
  if (!provider) {
    const known = providers.map(({ scheme }) => `${scheme}:`).join(', ')
    // A token on the command line is seen by every user of the machine, so it is not repeated here either.
    throw new NetlatchError('USAGE', `--token takes a reference: ${known}.`, { advice: 'As: --token env:NETBOX_TOKEN' })
  }
  const host = URL.canParse(url) ? new URL(url).hostname : 'netbox'
  const used = await provider.use(
    token,
    asDevice(host),
    async ({ password }) => password && { answer: await use(password) },
    {
      ...(signal && { signal }),
    },
  )
  if (used) return used.answer
  throw new NetlatchError('USAGE', `${token}: there is no token.`, { advice: 'Set it, then run the command again.' })
}

function asDevice(host: string): Device {
  return {
    name: 'netbox',
    hosts: [host],
    port: 443,
    platform: 'linux',
    transport: 'ssh',
    status: 'active',
    groups: [],
    tags: [],
    ssh: { algorithms: 'modern' },
    origin: { file: 'netbox', line: 1, column: 1 },
    origins: {},
  }
}
