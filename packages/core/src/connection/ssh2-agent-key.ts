import type { BaseAgent, IdentityCallback, ParsedKey, SignCallback, SigningRequestOptions } from 'ssh2'
import ssh2 from 'ssh2'
import type { AgentKey } from '../secret.ts'
import { readHostKeyBlob } from './host-key.ts'

/** A key to offer, and the agent that signs with it. */
export interface FoundAgentKey {
  readonly key: ParsedKey
  readonly agent: BaseAgent
}

/**
 * Finds one key among those an agent holds; nothing is signed for that. A text says why there is none. The agent is left once
 * `until` fires, also in the middle of an answer.
 */
export function findAgentKey({ fingerprint, socket }: AgentKey, until: AbortSignal): Promise<FoundAgentKey | string> {
  const agent = leaveAgent(ssh2.createAgent(socket), until)
  return new Promise((resolve) => {
    agent.getIdentities((error, keys = []) => {
      if (error) return resolve('the SSH agent does not answer: SSH_AUTH_SOCK leads nowhere')
      const key = keys.filter(isParsed).find((each) => fingerprintOf(each) === fingerprint)
      resolve(key ? { key, agent } : `the SSH agent does not hold ${fingerprint}: load it with ssh-add`)
    })
  })
}

/**
 * An agent of one key, for one login: of a real one ssh2 would offer all keys, and servers count those they refuse. `maySign` is
 * asked before the agent is, `mayWrite` before its signature leaves; a false from either has ended the login.
 */
export function oneKeyAgent(
  { key, agent }: FoundAgentKey,
  ask: { readonly maySign: () => boolean; readonly mayWrite: () => boolean; readonly notSigned: () => void },
): BaseAgent {
  return new (class extends ssh2.BaseAgent {
    getIdentities(callback: IdentityCallback): void {
      callback(undefined, [key])
    }

    sign(_key: unknown, data: Buffer, options: SigningRequestOptions | SignCallback, callback?: SignCallback): void {
      const [how, done] = typeof options === 'function' ? [{}, options] : [options, callback]
      if (!ask.maySign()) return
      agent.sign(key, data, how, (error, signature) => {
        // Told of an error, ssh2 would go on to whatever comes next.
        if (error || !signature) ask.notSigned()
        else if (ask.mayWrite()) done?.(undefined, signature)
      })
    }
  })()
}

/** ssh2 waits for an agent without end, on connections that it keeps to itself. */
function leaveAgent(agent: BaseAgent, until: AbortSignal): BaseAgent {
  const connect = agent.getStream?.bind(agent)
  if (connect)
    agent.getStream = (done) =>
      connect((error, stream) => {
        const leave = () => stream?.destroy()
        until.addEventListener('abort', leave, { once: true })
        stream?.once('close', () => until.removeEventListener('abort', leave))
        done(error, stream)
        if (until.aborted) leave()
      })
  return agent
}

function isParsed(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key
}

function fingerprintOf(key: ParsedKey): string | undefined {
  return readHostKeyBlob(key.getPublicSSH())?.fingerprint
}
