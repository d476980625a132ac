import type { ICredentialType, INodeProperties } from 'n8n-workflow'
import { supportedNodes } from '../supported-nodes.ts'

export class NetlatchWorkspaceApi implements ICredentialType {
  name = 'netlatchWorkspaceApi'
  displayName = 'Netlatch Workspace API'
  icon = { light: 'file:../icons/netlatch.svg', dark: 'file:../icons/netlatch.dark.svg' } as const
  documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-netlatch'
  supportedNodes = [...supportedNodes]
  /** What opens the vault is for these nodes alone: no HTTP Request node may send it anywhere. */
  restrictToSupportedNodes = true as const
  properties: INodeProperties[] = [
    {
      displayName: 'Folder',
      name: 'folder',
      type: 'string',
      required: true,
      default: '~/.n8n-files/netlatch',
      hint: 'A workspace, or a folder with one workspace per customer. Inside a container, the path in the container.',
    },
    {
      displayName: 'Create If Missing',
      name: 'createIfMissing',
      type: 'boolean',
      default: true,
      description: 'Whether to create the folder and an empty inventory on first use',
    },
    {
      displayName: 'Unlock With',
      name: 'unlock',
      type: 'options',
      default: 'identity',
      options: [
        { name: 'Identity', value: 'identity', description: 'An age identity, one of the recipients of the vault' },
        { name: 'Nothing (n8n Logins Only)', value: 'nothing', description: 'The vault stays locked' },
        { name: 'Passphrase', value: 'passphrase', description: 'The passphrase of one of the recipients' },
      ],
    },
    {
      displayName: 'Identity',
      name: 'identity',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      placeholder: 'AGE-SECRET-KEY-…',
      displayOptions: { show: { unlock: ['identity'] } },
    },
    {
      displayName: 'Passphrase',
      name: 'passphrase',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      displayOptions: { show: { unlock: ['passphrase'] } },
    },
    {
      displayName: 'Unknown Host Keys',
      name: 'unknownHostKeys',
      type: 'options',
      default: 'refuse',
      options: [
        { name: 'Accept on First Contact', value: 'accept', description: 'Remember the key, and refuse any change' },
        { name: 'Refuse', value: 'refuse', description: 'Only devices whose key is in known_hosts are logged in to' },
      ],
    },
    {
      displayName: 'Vault Fingerprint',
      name: 'vaultFingerprint',
      type: 'string',
      default: '',
      hint: 'From netlatch vault fingerprint: refuses a replaced vault',
    },
    {
      displayName: 'Shared State',
      name: 'state',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      placeholder: 'e.g. postgres://user:password@host/database',
      hint: 'For workers on several hosts. This version has no state in PostgreSQL and refuses it: leave it empty.',
    },
  ]
}
