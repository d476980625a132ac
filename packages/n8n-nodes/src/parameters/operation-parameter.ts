import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow'

/** An operation, and whether an agent may ask for it: not where it spends login attempts or writes. */
export interface OperationOption extends INodePropertyOptions {
  readonly value: string
  readonly action: string
  readonly forAgents: boolean
}

/** The operations that an agent may ask for, by their values. */
export function forAgents(operations: readonly OperationOption[]): readonly string[] {
  return operations.filter((each) => each.forAgents).map(({ value }) => value)
}

/** The operations of a node; to an agent those that are for agents. In alphabetic order, as n8n wants its lists. */
export function operationParameter(
  operations: readonly OperationOption[],
  standard: string,
  show: Record<string, string[]> = {},
): INodeProperties[] {
  const sorted = operations.toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
  const ofAgents = sorted.filter((each) => each.forAgents)
  const base = { displayName: 'Operation', name: 'operation', type: 'options', noDataExpression: true } as const
  const plain = (options: readonly OperationOption[]) =>
    options.map(({ name, value, action, description }) => ({ name, value, action, description }))
  const all: INodeProperties = {
    ...base,
    default: standard,
    options: plain(sorted),
    displayOptions: { show, hide: { '@tool': [true] } },
  }
  const [first] = ofAgents
  if (!first) return [all]
  return [
    all,
    {
      ...base,
      default: ofAgents.some(({ value }) => value === standard) ? standard : first.value,
      options: plain(ofAgents),
      displayOptions: { show: { ...show, '@tool': [true] } },
    },
  ]
}
