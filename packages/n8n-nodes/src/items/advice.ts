import type { DeviceResult } from '@netlatch/core'

/** How to go on in n8n, where it has an operation for it. */
const operations: Readonly<Partial<Record<DeviceResult['code'], string>>> = {
  AUTH_REJECTED: "Run the operation 'Explain' for {device}",
  EXTRA_PROMPT: "Run the operation 'Explain' for {device}",
  NO_CANDIDATE: "Run the operation 'Explain' for {device}",
  NOT_OPENED: "A person runs the operation 'Discover' for {device}: an agent tries no credentials",
  DEFERRED: 'Run again later: what is done is skipped',
  ABORTED: 'Run again: what is done is skipped',
  HOST_KEY_UNKNOWN: "Run the operation 'Scan Host Keys' for {device}, and review known_hosts",
  COMMAND_TIMED_OUT: "Raise 'Timeout per Command' or 'Timeout per Device'",
  SKIPPED_RECENT: "Set 'Retest' to Everything to test it all the same",
  CAPTURE_HELD: "Compare it with the last good one; 'Accept Shrink' takes it",
}

/** The advice of a result, in the words of n8n. */
export function adviceOf({ code, device, advice }: DeviceResult): string {
  return operations[code]?.replaceAll('{device}', device) ?? adviceForN8n(advice)
}

/** Advice that is a command line says so; nobody types it into n8n. */
export function adviceForN8n(advice: string): string {
  if (!advice.startsWith('netlatch ')) return advice
  return `On the command line: ${advice}`
}
