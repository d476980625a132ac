import { NetlatchError } from '../errors.ts'
import { type MatchExpression, matchExpression } from '../inventory/match-expression.ts'
import type { Credential, Device } from '../model.ts'
import { sharedTags } from './resolve-candidates.ts'

export type Specificity = (credential: Credential, device: Device) => number

/**
 * How specifically credentials name devices: the number of tags they share, or of the terms that hold; 0 when nothing does. Each
 * `match:` is compiled once; one that cannot be read, which a check of the files reports, holds nowhere.
 */
export function specificityRule(credentials: readonly Credential[]): Specificity {
  const expressions = new Map(
    credentials.flatMap(({ match }) => (match === undefined ? [] : [[match, compile(match)]])),
  )
  return (credential, device) => {
    const expression = credential.match === undefined ? undefined : expressions.get(credential.match)
    if (expression?.matches(device)) return Math.max(1, expression.terms)
    return sharedTags(credential, device).length
  }
}

function compile(match: string): MatchExpression | undefined {
  try {
    return matchExpression(match)
  } catch (error) {
    if (error instanceof NetlatchError && error.code === 'SELECTION_INVALID') return undefined
    throw error
  }
}
