import { NetlatchError } from '../errors.ts'
import type { Credential, Device, Problem } from '../model.ts'
import { originOfKey } from '../workspace/yaml-node.ts'
import type { ConnectedTo } from './device-scope.ts'
import type { VaultFile } from './read-vault.ts'

/** What is said of a record that does not fit its seal. */
export function damagedRecord(file: VaultFile, name: string): Problem {
  const hosts = file.credentials.find((credential) => credential.name === name)?.hosts.join(',')
  return {
    code: 'broken-seal',
    severity: 'error',
    message: `${name} was changed by hand and no longer fits its seal. It is not used`,
    advice: `If you meant it: netlatch vault set ${name}${hosts === undefined ? '' : ` --hosts ${hosts}`}`,
    at: originOfKey(file.yaml, ['credentials', name]),
  }
}

/** The vault as a whole does not fit its MAC, or its header its seals; `records` are those that no longer fit theirs. */
export function damagedVault(file: VaultFile, records: readonly Problem[]): NetlatchError {
  const { file: name } = file.yaml
  const [first] = records
  if (first)
    return new NetlatchError('VAULT_TAMPERED', `${name}:${first.at.line}: ${first.message}.`, {
      problems: records,
      at: first.at,
      ...(first.advice && { advice: first.advice }),
    })
  return new NetlatchError(
    'VAULT_TAMPERED',
    `${name} was changed without its key (recipients, default, or a whole credential). Nothing of it is used.`,
    { advice: `See what changed: git diff ${name}` },
  )
}

export function notUsable(name: string, device: Device): NetlatchError {
  return new NetlatchError('NO_CANDIDATE', `${device.name}: ${name} is not in the vault, or does not fit its seal.`, {
    advice: 'netlatch vault verify',
    details: { credential: name },
  })
}

export function outOfScope(credential: Credential, device: Device, { host, address }: ConnectedTo): NetlatchError {
  const where = address ?? host ?? device.hosts.join(', ')
  const what =
    credential.ports && !credential.ports.includes(device.port)
      ? `port ${device.port} is not among the ports of ${credential.name} (${credential.ports.join(', ')})`
      : `${where} is outside the hosts of ${credential.name} (${credential.hosts.join(', ')})`
  return new NetlatchError('NO_CANDIDATE', `${device.name}: ${what}. Nothing was sent.`, {
    advice: `netlatch creds explain ${device.name}`,
    details: { credential: credential.name },
  })
}

export function noProvider(credential: Credential, device: Device, scheme: string): NetlatchError {
  const reason = `${scheme}: references are not allowed here (credential ${credential.name})`
  return new NetlatchError('SECRET_UNAVAILABLE', `${device.name}: ${reason}.`, { details: { reason } })
}
