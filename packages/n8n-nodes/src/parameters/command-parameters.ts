import type { INodeProperties } from 'n8n-workflow'
import { jobParameter } from './locator-parameters.ts'
import type { OperationOption } from './operation-parameter.ts'
import { concurrencyOption, limitOption, timeoutOption } from './option-fields.ts'

export const commandOperations: readonly OperationOption[] = [
  {
    name: 'Run',
    value: 'run',
    action: 'Run commands',
    description: 'Send read-only commands and return what the device answers',
    forAgents: true,
  },
  {
    name: 'Run Job',
    value: 'runJob',
    action: 'Run job',
    description: 'Run a job of the workspace: its commands, in its waves, held against what it expects',
    forAgents: false,
  },
]

const run = { show: { operation: ['run'] } }
const runJob = { show: { operation: ['runJob'] } }

export const commandParameters: INodeProperties[] = [
  {
    displayName: 'Commands',
    name: 'commands',
    type: 'string',
    typeOptions: { rows: 3 },
    required: true,
    default: '',
    placeholder: 'e.g. show version',
    displayOptions: run,
    description: 'One per line. Only commands that read are sent; each platform knows which those are.',
  },
  {
    displayName: 'Parse Output',
    name: 'parseOutput',
    type: 'boolean',
    default: false,
    displayOptions: run,
    description: 'Whether to turn the text into rows with a TextFSM template',
  },
]

export const jobParameters: INodeProperties[] = [
  jobParameter(runJob),
  {
    displayName: 'Only These Devices',
    name: 'narrow',
    type: 'string',
    default: '',
    placeholder: 'e.g. site:dc1',
    displayOptions: runJob,
    description: 'A selection that narrows the one of the job. Empty: all devices of the job.',
  },
]

const onlyRun = { show: { '/operation': ['run'] } }

export const commandOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    concurrencyOption,
    {
      displayName: 'Expect',
      name: 'expect',
      type: 'fixedCollection',
      default: {},
      displayOptions: onlyRun,
      placeholder: 'Add Expectation',
      typeOptions: { multipleValues: true },
      description: 'What an answer must look like. A device whose answer does not comes out of Needs Attention.',
      options: [
        {
          displayName: 'Expectation',
          name: 'expectations',
          values: [
            {
              displayName: 'Answer',
              name: 'rule',
              type: 'options',
              default: 'contains',
              options: [
                { name: 'Contains', value: 'contains' },
                { name: 'Does Not Match', value: 'notMatches' },
                { name: 'Matches', value: 'matches' },
              ],
            },
            {
              displayName: 'Text or Pattern',
              name: 'text',
              type: 'string',
              default: '',
              description: 'A pattern is a regular expression; ^ and $ are the ends of lines',
            },
          ],
        },
      ],
    },
    { ...limitOption, displayOptions: onlyRun },
    {
      displayName: 'Output',
      name: 'output',
      type: 'options',
      default: 'devices',
      displayOptions: onlyRun,
      options: [
        { name: 'One Item per Command', value: 'commands' },
        { name: 'One Item per Device', value: 'devices' },
      ],
    },
    {
      ...timeoutOption('Timeout per Command (Seconds)', 60),
      description: 'From sending a command to the prompt after its answer',
      displayOptions: onlyRun,
    },
  ],
}
