import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow'
import { deviceParameter } from './locator-parameters.ts'

type Shown = Record<string, string[]>

/** Which devices. `shown`: the operations that ask for them. */
export function deviceParameters(shown: Shown): INodeProperties[] {
  const when = (devices: string, more: Shown = {}) => ({ show: { ...shown, devices: [devices], ...more } })
  return [
    {
      displayName: 'Devices',
      name: 'devices',
      type: 'options',
      default: 'active',
      displayOptions: { show: shown },
      options: [
        { name: 'All Active', value: 'active', description: 'Every active device of the inventory' },
        { name: 'By Filter', value: 'filter', description: 'Devices of sites, platforms, roles or tags' },
        { name: 'By Name', value: 'name', description: 'One device' },
        {
          name: 'By Selection',
          value: 'selection',
          description: 'Devices that a selection names, as on the command line',
        },
        { name: 'From Input Items', value: 'items', description: 'One device per input item' },
      ],
    },
    ...filters(when('filter')),
    {
      displayName: 'Must Match',
      name: 'mustMatch',
      type: 'options',
      default: 'all',
      displayOptions: when('filter'),
      options: [
        { name: 'All', value: 'all', description: 'A device must match every filter' },
        { name: 'Any', value: 'any', description: 'One filter is enough' },
      ],
    },
    deviceParameter(when('name')),
    {
      displayName: 'Selection',
      name: 'selection',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. site:dc1 and not lab',
      displayOptions: when('selection'),
    },
    {
      displayName: 'Device Fields',
      name: 'deviceFields',
      type: 'options',
      default: 'automatic',
      displayOptions: when('items'),
      options: [
        {
          name: 'Automatic',
          value: 'automatic',
          description: 'The fields of Netlatch, NetBox and Ansible are understood',
        },
        { name: 'Define Below', value: 'define', description: 'Say where each value stands in the item' },
      ],
    },
    ...itemFields(when('items', { deviceFields: ['define'] })),
  ]
}

function filters(displayOptions: INodeProperties['displayOptions']): INodeProperties[] {
  const of = (displayName: string, name: string, loadOptionsMethod: string): INodeProperties => ({
    displayName,
    name,
    type: 'multiOptions',
    default: [],
    ...(displayOptions && { displayOptions }),
    typeOptions: { loadOptionsMethod, loadOptionsDependsOn: ['workspace.value'] },
    description:
      'Choose from the list, or specify names using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
  })
  return [
    of('Site Names', 'sites', 'getSites'),
    of('Platform Names', 'platforms', 'getPlatforms'),
    of('Role Names', 'roles', 'getRoles'),
    of('Tag Names', 'tags', 'getTags'),
    {
      displayName: 'Last Results',
      name: 'lastResults',
      type: 'multiOptions',
      default: [],
      ...(displayOptions && { displayOptions }),
      options: lastResults,
    },
  ]
}

const lastResults: INodePropertyOptions[] = [
  { name: 'Attention', value: 'attention' },
  { name: 'Deferred', value: 'deferred' },
  { name: 'Failed', value: 'failed' },
  { name: 'Opened', value: 'opened' },
  { name: 'Unreachable', value: 'unreachable' },
  { name: 'Untested', value: 'untested' },
]

function itemFields(displayOptions: INodeProperties['displayOptions']): INodeProperties[] {
  const of = (displayName: string, name: string, example: string, required = false): INodeProperties => ({
    displayName,
    name,
    type: 'string',
    default: '',
    placeholder: `e.g. ${example}`,
    ...(required && { required }),
    ...(displayOptions && { displayOptions }),
  })
  return [
    of('Name', 'itemName', '{{ $json.hostname }}', true),
    of('Host', 'itemHost', '{{ $json.address }}'),
    of('Platform', 'itemPlatform', 'cisco_ios'),
    of('Site', 'itemSite', '{{ $json.location }}'),
    of('Role', 'itemRole', 'access'),
    of('Tags', 'itemTags', 'core,ios'),
    of('Port', 'itemPort', '22'),
  ]
}
