import type { ICredentialType, INodeProperties } from 'n8n-workflow'
import { supportedNodes } from '../supported-nodes.ts'
import { loginSlots } from '../workspace/logins-credential.ts'

/**
 * Numbered slots, and no list: on saving, n8n restores the hidden values of a list by their position, so that removing the first
 * entry would pair the second username with the first password.
 */
export class NetlatchLoginsApi implements ICredentialType {
  name = 'netlatchLoginsApi'
  displayName = 'Netlatch Device Logins API'
  icon = { light: 'file:../icons/netlatch.svg', dark: 'file:../icons/netlatch.dark.svg' } as const
  documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-netlatch'
  supportedNodes = [...supportedNodes]
  restrictToSupportedNodes = true as const
  properties: INodeProperties[] = [
    {
      displayName: 'Number of Logins',
      name: 'count',
      type: 'options',
      default: 1,
      options: loginSlots.map((slot) => ({ name: String(slot), value: slot })),
      description:
        'How many of the slots are in use. They are tried in their order. Take one away, and n8n forgets what was in it; move a login to another slot, and type its password there.',
    },
    ...loginSlots.flatMap(slotProperties),
  ]
}

function slotProperties(slot: number): INodeProperties[] {
  const inUse = loginSlots.filter((count) => count >= slot)
  const shown = { show: { count: inUse } }
  const shownFor = (method: string) => ({ show: { count: inUse, [`method${slot}`]: [method] } })
  const secret = { type: 'string', typeOptions: { password: true }, default: '' } as const
  return [
    {
      displayName: `Login ${slot}: Name`,
      name: `name${slot}`,
      type: 'string',
      default: `login-${slot}`,
      displayOptions: shown,
      description: 'What results call it. Results never hold more of it.',
    },
    {
      displayName: `Login ${slot}: Username`,
      name: `username${slot}`,
      type: 'string',
      default: '',
      displayOptions: shown,
    },
    {
      displayName: `Login ${slot}: Method`,
      name: `method${slot}`,
      type: 'options',
      default: 'password',
      displayOptions: shown,
      options: [
        { name: 'Password', value: 'password' },
        { name: 'Private Key', value: 'privateKey' },
      ],
    },
    {
      displayName: `Login ${slot}: Password`,
      name: `password${slot}`,
      ...secret,
      displayOptions: shownFor('password'),
    },
    {
      displayName: `Login ${slot}: Private Key`,
      name: `privateKey${slot}`,
      ...secret,
      typeOptions: { password: true, rows: 4 },
      displayOptions: shownFor('privateKey'),
    },
    {
      displayName: `Login ${slot}: Passphrase`,
      name: `passphrase${slot}`,
      ...secret,
      displayOptions: shownFor('privateKey'),
    },
    {
      displayName: `Login ${slot}: Enable Secret`,
      name: `enable${slot}`,
      ...secret,
      displayOptions: shown,
      description: 'What raises the privilege on devices whose login does not',
    },
    {
      displayName: `Login ${slot}: Use For`,
      name: `use${slot}`,
      type: 'string',
      default: 'all',
      placeholder: 'e.g. site:dc1 or tag:access',
      displayOptions: shown,
    },
    {
      displayName: `Login ${slot}: May Be Sent To`,
      name: `hosts${slot}`,
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. 10.0.0.0/8, or any',
      displayOptions: shown,
      description: 'Networks, addresses and name patterns. The login goes nowhere else, whoever asks.',
    },
    {
      displayName: `Login ${slot}: Failed Logins Until Lockout`,
      name: `threshold${slot}`,
      type: 'number',
      typeOptions: { minValue: 2 },
      default: 3,
      displayOptions: shown,
      description: 'After how many wrong passwords in a row the account is locked. Attempts stay below it.',
    },
  ]
}
