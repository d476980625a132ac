import type { INodeProperties } from 'n8n-workflow'
import type { OperationOption } from './operation-parameter.ts'
import { concurrencyOption, limitOption, timeoutOption } from './option-fields.ts'

export const discoverOperations: readonly OperationOption[] = [
  {
    name: 'Discover',
    value: 'discover',
    action: 'Discover credentials',
    description: 'Log in with the matching credentials, one after another and within the budget, until one works',
    forAgents: false,
  },
  {
    name: 'Explain',
    value: 'explain',
    action: 'Explain credentials',
    description: 'List every credential for each device with the reason it applies or not, without connecting',
    forAgents: true,
  },
  {
    name: 'Get Coverage',
    value: 'coverage',
    action: 'Get credential coverage',
    description: 'Count opened, failing and untested devices from the last results, without connecting',
    forAgents: true,
  },
  {
    name: 'Plan',
    value: 'plan',
    action: 'Plan discovery',
    description: 'Show what a discovery would try per account, and the worst case, without connecting',
    forAgents: true,
  },
  {
    name: 'Scan Host Keys',
    value: 'scanHostKeys',
    action: 'Scan host keys',
    description: "Collect the devices' host keys without any login",
    forAgents: false,
  },
  {
    name: 'Test Login',
    value: 'testLogin',
    action: 'Test login',
    description: 'Test one credential, or the known one, on each device',
    forAgents: false,
  },
]

/** Those of the options that an operation reads. */
const on = (...operation: string[]) => ({ show: { '/operation': operation } })
const logsIn = on('discover', 'testLogin')
const tries = on('discover', 'plan', 'testLogin')

export const discoverOptions: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    { ...concurrencyOption, displayOptions: on('discover', 'scanHostKeys', 'testLogin') },
    {
      displayName: 'Include Fallback Credentials',
      name: 'includeFallback',
      type: 'boolean',
      default: false,
      displayOptions: tries,
      description: 'Whether break-glass credentials are tried too, after all others',
    },
    { ...limitOption, displayOptions: on('discover', 'explain', 'plan', 'scanHostKeys', 'testLogin') },
    {
      displayName: 'Only These Credential Names',
      name: 'credentials',
      type: 'multiOptions',
      default: [],
      displayOptions: tries,
      typeOptions: { loadOptionsMethod: 'getCredentialNames', loadOptionsDependsOn: ['workspace.value'] },
      description:
        'Choose from the list, or specify names using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
    },
    {
      displayName: 'Output',
      name: 'output',
      type: 'options',
      default: 'devices',
      displayOptions: logsIn,
      options: [
        { name: 'One Item per Device', value: 'devices' },
        { name: 'Summary', value: 'summary', description: 'One item, ready for a message' },
      ],
    },
    {
      displayName: 'Require Privileged',
      name: 'requirePrivileged',
      type: 'boolean',
      default: false,
      displayOptions: on('discover'),
      description: 'Whether to go on to the next credential where a login is not privileged',
    },
    {
      displayName: 'Retest',
      name: 'retest',
      type: 'options',
      default: 'old',
      displayOptions: on('discover', 'plan'),
      options: [
        { name: 'Everything', value: 'everything' },
        { name: 'Failed and Untested', value: 'failed' },
        { name: 'Older Than a Day', value: 'old' },
      ],
    },
    {
      displayName: 'Save Results',
      name: 'save',
      type: 'boolean',
      default: true,
      displayOptions: logsIn,
      description: 'Whether what comes out is kept as what is known of the devices',
    },
    {
      ...timeoutOption('Timeout per Device (Seconds)', 30),
      displayOptions: on('discover', 'scanHostKeys', 'testLogin'),
    },
  ],
}
