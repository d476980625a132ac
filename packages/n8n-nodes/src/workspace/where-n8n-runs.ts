import { NetlatchError } from '@netlatch/core'

/** n8n Cloud would let a node run and every connection fail. Throws USAGE. */
export function refuseCloud({ N8N_DEPLOYMENT_TYPE }: Readonly<Record<string, string | undefined>>): void {
  if (N8N_DEPLOYMENT_TYPE !== 'cloud') return
  throw new NetlatchError('USAGE', 'This package needs self-hosted n8n.', {
    advice: 'n8n Cloud gives nodes no network sockets.',
  })
}

/**
 * In queue mode n8n's workers may be on several hosts, each with a copy of the folder and so with a ledger of its own: together they
 * would spend an account's attempts several times over. No node can see where the others are; a person has to say it. Throws USAGE.
 */
export function refuseSeveralLedgers(
  env: Readonly<Record<string, string | undefined>>,
  words: readonly string[],
): void {
  const isQueue = env.EXECUTIONS_MODE === 'queue' || words.includes('worker')
  if (!isQueue || env.NETLATCH_N8N_ONE_HOST === 'true') return
  throw new NetlatchError('USAGE', 'n8n runs in queue mode, where each worker could count login attempts for itself.', {
    advice:
      'Where n8n and all of its workers use one folder on a disk of one host, set NETLATCH_N8N_ONE_HOST=true for each of them.',
  })
}
