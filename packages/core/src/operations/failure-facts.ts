import type { NetlatchError } from '../errors.ts'
import type { ResultCode } from '../result-codes.ts'
import type { Netlatch } from './netlatch.ts'
import type { WorkFacts } from './visit-options.ts'

/**
 * What a failure tells about a device. What the device showed last is text of the login before the prompt; later it may be a
 * part of its configuration, and stays out of the result.
 */
export function failureFacts(netlatch: Netlatch, code: ResultCode, error: NetlatchError): WorkFacts {
  const { tail, ...details } = error.details
  if (code !== 'PROMPT_NOT_FOUND' || tail === undefined) return { code, details }
  return { code, details: { ...details, tail: netlatch.redact(String(tail)) } }
}
