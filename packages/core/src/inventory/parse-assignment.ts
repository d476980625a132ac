import { NetlatchError } from '../errors.ts'
import { didYouMean } from '../workspace/nearest-name.ts'
import type { YamlValue } from '../workspace/yaml-text.ts'

/** `site=fra`, `ssh.algorithms=legacy-sha1`, `tags+=lab`, `tags-=lab`; without a value the key is removed. */
export interface Assignment {
  readonly key: string
  readonly operator: '=' | '+=' | '-='
  /** Absent: remove the key. */
  readonly value?: YamlValue
}

const listKeys = ['tags', 'groups']
const textKeys = ['platform', 'transport', 'status', 'site', 'role', 'realm', 'jump_host', 'credential']
const innerKeys = ['ssh.algorithms', 'ssh.reason', 'ssh.until', 'expect.hostname', 'expect.serial']

/** The keys of a device that can be set from a command line. */
export const assignableKeys: readonly string[] = ['host', 'port', ...textKeys, ...listKeys, ...innerKeys]

/** Reads `key=value`. Throws USAGE; whether the value is right is for the schema to say. */
export function parseAssignment(text: string): Assignment {
  const [, key = '', operator = '', value = ''] = /^([\w.]+)(=|\+=|-=)(.*)$/s.exec(text) ?? []
  if (operator !== '=' && operator !== '+=' && operator !== '-=') {
    throw new NetlatchError('USAGE', `"${text}" sets nothing.`, {
      advice: 'Write key=value, as site=fra or tags+=lab.',
    })
  }
  if (!assignableKeys.includes(key)) {
    const otherwise = `The keys are ${assignableKeys.join(', ')}.`
    throw new NetlatchError('USAGE', `unknown key "${key}".`, { advice: didYouMean(key, assignableKeys, otherwise) })
  }
  const isList = listKeys.includes(key)
  if (operator !== '=' && (!isList || value === '')) {
    throw new NetlatchError('USAGE', `"${text}": += and -= take one of ${listKeys.join(', ')}.`, {
      advice: `Write ${key}=…`,
    })
  }
  return value === '' ? { key, operator } : { key, operator, value: toValue(key, value, isList) }
}

function toValue(key: string, value: string, isList: boolean): YamlValue {
  const parts = value.split(',').map((part) => part.trim())
  if (isList) return parts
  if (key === 'host') return parts.length === 1 ? value : parts
  return key === 'port' && /^\d{1,5}$/.test(value) ? Number(value) : value
}
