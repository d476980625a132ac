import { performance } from 'node:perf_hooks'
import type { Connection, Handshake, LoginAnswer, LoginAttempt, LoginMethod } from '../connection/transport.ts'
import type { AttemptOutcome, Credential } from '../model.ts'
import type { Abortable, AttemptSummary } from '../progress.ts'
import type { ResultCode } from '../result-codes.ts'
import type { AttemptRequest, Grant, Verdict } from '../safety/attempt.ts'
import type { LoginSecret } from '../secret.ts'

/** What one try of one credential on one device came to. A device, network or host key at fault throws instead. */
export type LoginResult =
  | {
      readonly outcome: 'opened'
      readonly connection: Connection
      readonly attempts: readonly AttemptSummary[]
      readonly methods: readonly LoginMethod[]
    }
  /** The device said no, or nothing that proves a yes. The next candidate may follow. */
  | {
      readonly outcome: 'failed'
      readonly code: ResultCode
      readonly attempts: readonly AttemptSummary[]
      readonly reason?: string
      /** The connection takes another secret of this username. */
      readonly mayTryAgain?: boolean
    }
  /** The ledger said no: nothing was sent. */
  | { readonly outcome: 'refused'; readonly verdict: Verdict & { granted: false } }

export interface LoginOptions extends Abortable {
  /** Asks the ledger; may wait for a place before it answers. */
  readonly reserve: (request: AttemptRequest) => Promise<Verdict>
  readonly finish: (grant: Grant, outcome: AttemptOutcome) => Promise<boolean>
  /** What the ledger is asked, once the secret's fingerprint is known. */
  readonly request: (secretId: string) => AttemptRequest
  readonly secretId: (secret: LoginSecret) => string
  readonly now: () => Date
}

/**
 * Sends the secret of one credential over a connection that has already proved its host key. Each secret that leaves has
 * a reservation of its own; a password goes out by one method only, whatever else the server offers. A private key that
 * the server does not know costs nothing, and the password may follow.
 */
export async function logIn(
  handshake: Handshake,
  credential: Credential,
  secret: LoginSecret,
  options: LoginOptions,
): Promise<LoginResult> {
  const attempts: AttemptSummary[] = []
  let last: LoginResult = { outcome: 'failed', code: 'AUTH_METHOD', attempts }
  for (const method of usableMethods(secret, handshake.methods)) {
    const asked = performance.now()
    const verdict = await options.reserve(options.request(options.secretId(secretOf(method, secret))))
    if (!verdict.granted) return { outcome: 'refused', verdict }
    const at = options.now()
    const sendBefore = asked + verdict.grant.validForMs
    const answer = await send(handshake, { method, ...secretOf(method, secret), sendBefore }, verdict.grant, options)
    const outcome = outcomeOf(answer)
    if (outcome !== 'unsent')
      attempts.push({
        credential: credential.name,
        username: credential.username,
        purpose: 'login',
        outcome,
        at,
        durationMs: Math.round(performance.now() - asked),
      })
    if (answer.outcome === 'accepted')
      return { outcome: 'opened', connection: answer.connection, attempts, methods: handshake.methods }
    const reason = 'reason' in answer ? answer.reason : undefined
    const mayTryAgain = answer.outcome === 'rejected' && answer.mayTryAgain
    last = { outcome: 'failed', code: answer.code, attempts, mayTryAgain, ...(reason !== undefined && { reason }) }
    if (answer.outcome !== 'unsent' || answer.code !== 'AUTH_REJECTED') return last
  }
  return last
}

/** The methods this secret can use here, in the order of trial: a key first, then the password, by one method only. */
function usableMethods(secret: LoginSecret, offered: readonly LoginMethod[]): readonly LoginMethod[] {
  const password = offered.includes('password') ? 'password' : 'keyboard-interactive'
  const methods: LoginMethod[] = []
  if (secret.privateKey || secret.agentKey) methods.push('publickey')
  if (secret.password) methods.push(password)
  return methods.filter((method) => offered.includes(method))
}

function secretOf(method: LoginMethod, secret: LoginSecret): LoginSecret {
  const { password, privateKey, passphrase, agentKey } = secret
  if (method === 'publickey' && agentKey) return { agentKey }
  if (method === 'publickey') return { ...(privateKey && { privateKey }), ...(passphrase && { passphrase }) }
  return { ...(password && { password }) }
}

async function send(
  handshake: Handshake,
  attempt: LoginAttempt,
  grant: Grant,
  options: LoginOptions,
): Promise<LoginAnswer> {
  let answer: LoginAnswer | undefined
  try {
    answer = await handshake.login({ ...attempt, ...(options.signal && { signal: options.signal }) })
    return answer
  } finally {
    // A transport that threw may have sent the secret: what is not a proof counts as spent.
    await options.finish(grant, answer ? outcomeOf(answer) : 'unclear')
  }
}

function outcomeOf(answer: LoginAnswer): AttemptOutcome {
  if (answer.outcome === 'accepted') return 'ok'
  // Partial success: the secret was right, the server wants one more thing.
  return answer.code === 'SECOND_FACTOR' ? 'ok' : answer.outcome
}
