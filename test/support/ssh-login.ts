import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { performance } from 'node:perf_hooks'
import { inspect } from 'node:util'
import type { AuthContext } from 'ssh2'
import { createSsh2Transport } from '../../packages/core/src/connection/ssh2-transport.ts'
import type {
  Connection,
  ConnectionLimits,
  Handshake,
  LoginAnswer,
  LoginAttempt,
  OpenOptions,
  Target,
} from '../../packages/core/src/connection/transport.ts'
import { NetlatchError } from '../../packages/core/src/errors.ts'
import { Secret } from '../../packages/core/src/secret.ts'

/** The transport under test, and one login of it as most tests make it. */
export const transport = createSsh2Transport()

export const rightPassword = 'right-b7f3-secret'

export const openOptions: OpenOptions = { username: 'netops', checkHostKey: () => undefined }

/** Long enough for a busy machine, short enough for a test. */
export const shortLimits: Partial<ConnectionLimits> = {
  connectMs: 2_000,
  identificationMs: 80,
  keyExchangeMs: 120,
  authenticationMs: 120,
}

/** For what has to end by time. */
export const hurried: OpenOptions = { ...openOptions, limits: shortLimits }

export function targetAt(port: number, more: Partial<Target> = {}): Target {
  return { name: 'sw-1', hosts: ['127.0.0.1'], port, algorithms: 'modern', ...more }
}

export function openAt(
  port: number,
  { target, ...more }: Partial<OpenOptions> & { target?: Partial<Target> } = {},
): Promise<Handshake> {
  return transport.open(targetAt(port, target), { ...openOptions, ...more })
}

export function attemptOf(more: Partial<LoginAttempt> = {}): LoginAttempt {
  const sendBefore = performance.now() + 5_000
  return { method: 'password', password: new Secret(rightPassword), sendBefore, ...more }
}

export async function connectTo(port: number, more: Partial<Target> = {}): Promise<Connection> {
  const handshake = await openAt(port, { target: more })
  const answer = await handshake.login(attemptOf())
  return answer.outcome === 'accepted' ? answer.connection : assert.fail(`${answer.outcome} ${reasonOf(answer)}`)
}

export function reasonOf(answer: LoginAnswer): string {
  return 'reason' in answer ? answer.reason : ''
}

/** For `onLogin` of a server: no, and what may be tried next. */
export function reject(context: AuthContext, methods = ['password'], partial = false): void {
  context.reject([...methods] as never, partial)
}

export function acceptAnyPassword(context: AuthContext): void {
  if (context.method === 'password') context.accept()
  else context.reject()
}

export function acceptRightPassword(context: AuthContext): void {
  if (context.method === 'password' && context.password === rightPassword) context.accept()
  else reject(context)
}

/** For `assert.rejects`: an error of this code that holds nothing of ssh2's own. */
export function hasCode(code: string, text: RegExp = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof NetlatchError, inspect(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, text)
    assert.equal(error.cause, undefined)
    return true
  }
}

export async function until(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000 && !done(); tries++) await new Promise((resolve) => setTimeout(resolve, 2))
  assert.ok(done())
}

/** A port where nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
