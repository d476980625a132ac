import type { INodeProperties } from 'n8n-workflow'
import type { OperationOption } from './operation-parameter.ts'
import { concurrencyOption, limitOption, timeoutOption } from './option-fields.ts'

export const backupOperations: readonly OperationOption[] = [
  {
    name: 'Back Up',
    value: 'backup',
    action: 'Back up configurations',
    description: "Save each device's configuration into the workspace's git repository",
    forAgents: false,
  },
  {
    name: 'Get Configuration',
    value: 'getConfiguration',
    action: 'Get configuration',
    description: 'Read a saved configuration, the last or an earlier one, without connecting',
    forAgents: true,
  },
  {
    name: 'Get Diff',
    value: 'getDiff',
    action: 'Get configuration diff',
    description: 'Compare two saved configurations, or running with startup',
    forAgents: true,
  },
  {
    name: 'Get Status',
    value: 'getStatus',
    action: 'Get backup status',
    description: "Age of each device's last good backup, without connecting",
    forAgents: true,
  },
]

const point = 'A commit, a time as 2026-05-04T12:00, an age as 3d, or how many versions back'

/** Which versions, where an operation reads the archive. */
export const versionParameters: INodeProperties[] = [
  {
    displayName: 'Version',
    name: 'version',
    type: 'string',
    default: '',
    placeholder: 'e.g. 2026-05-04',
    displayOptions: { show: { operation: ['getConfiguration'] } },
    description: `${point}. Empty: the last one.`,
  },
  {
    displayName: 'Compare',
    name: 'compare',
    type: 'options',
    default: 'versions',
    displayOptions: { show: { operation: ['getDiff'] } },
    options: [
      { name: 'Startup with Running', value: 'startup', description: 'What would be lost by a reboot' },
      { name: 'Two Versions', value: 'versions', description: 'Two saved configurations' },
    ],
  },
  {
    displayName: 'From',
    name: 'from',
    type: 'string',
    default: '',
    placeholder: 'e.g. 3d',
    displayOptions: { show: { operation: ['getDiff'], compare: ['versions'] } },
    description: `${point}. Empty: the one before.`,
  },
  {
    displayName: 'To',
    name: 'to',
    type: 'string',
    default: '',
    displayOptions: { show: { operation: ['getDiff'], compare: ['versions'] } },
    description: `${point}. Empty: the last one.`,
  },
]

const on = (...operation: string[]) => ({ show: { '/operation': operation } })

export const backupOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    {
      displayName: 'Accept Shrink',
      name: 'acceptShrink',
      type: 'boolean',
      default: false,
      displayOptions: on('backup'),
      description: 'Whether a configuration much smaller than the last good one takes its place',
    },
    { ...concurrencyOption, displayOptions: on('backup') },
    {
      displayName: 'Include Diff',
      name: 'includeDiff',
      type: 'boolean',
      default: true,
      displayOptions: on('backup'),
      description: 'Whether the item of a changed device holds what changed, up to 64 KB',
    },
    limitOption,
    {
      displayName: 'Output',
      name: 'output',
      type: 'options',
      default: 'devices',
      displayOptions: on('backup', 'getStatus'),
      options: [
        { name: 'One Item per Device', value: 'devices' },
        { name: 'Summary', value: 'summary', description: 'One item, ready for a message' },
      ],
    },
    {
      displayName: 'Overdue After (Hours)',
      name: 'overdueHours',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 48,
      displayOptions: on('getStatus'),
    },
    {
      displayName: 'Push to Remote',
      name: 'push',
      type: 'boolean',
      default: false,
      displayOptions: on('backup'),
      description: "Whether to publish the backups to the repository's remote afterwards",
    },
    {
      displayName: 'Put Output File in Field',
      name: 'binaryField',
      type: 'string',
      default: '',
      displayOptions: on('backup', 'getConfiguration'),
      hint: 'The name of the output binary field to put the file in',
      description: 'Empty: no file. Secrets in it are fingerprints.',
    },
    { ...timeoutOption('Timeout per Device (Seconds)', 120), displayOptions: on('backup') },
  ],
}
