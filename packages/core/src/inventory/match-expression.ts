import { NetlatchError } from '../errors.ts'
import { compileValue, type DeviceTest, type MatchContext } from './match-term.ts'
import { parseSelection } from './parse-selection.ts'
import { printSelection, type Selection, type SelectionTerm, stateKeys, termsOf } from './selection.ts'
import { printPattern } from './selection-pattern.ts'

/** A credential's `match:`, compiled. */
export interface MatchExpression {
  readonly matches: DeviceTest
  /** How many terms it takes to say it: more terms are more specific. `all` has none. */
  readonly terms: number
}

// What a device is, never what happened to it or where it is in its life: scope must not change by itself.
const refusedKeys: readonly string[] = ['status', ...stateKeys]

/**
 * Compiles the selection of a credential's `match:`. It knows one device at a time, so a bare word holds when the device has
 * that name, that group or that tag. Throws SELECTION_INVALID, also for keys that read the state or the status.
 */
export function matchExpression(text: string): MatchExpression {
  const selection = parseSelection(text)
  const refused = termsOf(selection).find(({ key }) => key !== undefined && refusedKeys.includes(key))
  if (refused) {
    const message = `"${text}", column ${refused.column}: a credential cannot match by ${refused.key}.`
    throw new NetlatchError('SELECTION_INVALID', message, {
      advice: 'Match by tag, name, site, platform, role, group or host.',
    })
  }
  return { matches: compile(selection, text), terms: termsOf(selection).length }
}

function compile(selection: Selection, text: string): DeviceTest {
  switch (selection.kind) {
    case 'all':
      return () => true
    case 'not': {
      const test = compile(selection.operand, text)
      return (device) => !test(device)
    }
    case 'and':
    case 'or': {
      const tests = selection.operands.map((operand) => compile(operand, text))
      return selection.kind === 'and'
        ? (device) => tests.every((test) => test(device))
        : (device) => tests.some((test) => test(device))
    }
    case 'term': {
      const tests = testsOf(selection, text)
      return (device) => tests.some((test) => test(device))
    }
    default: {
      const message = `"${text}": a credential cannot match by ${printSelection(selection)}.`
      throw new NetlatchError('SELECTION_INVALID', message, {
        advice: 'Match by tag, name, site, platform, role, group or host.',
      })
    }
  }
}

function testsOf({ key, values }: SelectionTerm, text: string): readonly DeviceTest[] {
  const keys = key === undefined ? (['name', 'group', 'tag'] as const) : [key]
  return keys.flatMap((each) =>
    values.map((value) => {
      const test = compileValue(each, value, timeless)
      if (test) return test
      throw new NetlatchError('SELECTION_INVALID', `"${text}": ${each}:${printPattern(value)} is no network.`, {
        advice: 'Write host:10.20.0.0/16, an address or a name.',
      })
    }),
  )
}

const timeless: MatchContext = {
  facts: () => ({ results: [], backups: [] }),
  now: new Date(0),
}
