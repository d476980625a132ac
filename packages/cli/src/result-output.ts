import type { DeviceResult } from '@netlatch/core'
import { writeOutput } from './output-file.ts'
import { resultObject } from './result-lines.ts'

const columns = [
  'device',
  'host',
  'site',
  'platform',
  'code',
  'credential',
  'privilege',
  'attempts',
  'durationMs',
  'testedAt',
  'message',
  'advice',
]

/** The results of a run as a file, in the form that its name's end says; nothing without a name. */
export async function writeResults(path: string | undefined, results: readonly DeviceResult[]): Promise<void> {
  if (path !== undefined) await writeOutput(path, results.map(resultObject), columns)
}
