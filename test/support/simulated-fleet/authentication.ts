import { timingSafeEqual } from 'node:crypto'
import type { AuthContext, Connection, KeyboardAuthContext, PasswordAuthContext, PublicKeyAuthContext } from 'ssh2'
import ssh2 from 'ssh2'
import type { AccountBook, Verdict } from './accounts.ts'
import type { SeenOutcome } from './counters.ts'
import type { AccountDescription, Faults, LoginMethod } from './description.ts'

/** What a login needs to know of the device it happens on. */
export interface LoginDesk {
  readonly methods: readonly LoginMethod[]
  readonly maxAuthTries: number
  readonly faults: Faults
  /** Who is asked now: the realm, or the device's own accounts. */
  book(): AccountBook
  /** Calls back after the device's latency. */
  later(callback: () => void): void
  requested(method: string): void
  /** A secret came in and was answered so. */
  seen(username: string, method: LoginMethod, outcome: SeenOutcome): void
  failed(): void
  accepted(account: AccountDescription | { readonly username: string }): void
  reset(): void
}

const hiddenPassword = { prompt: 'Password: ', echo: false }
const verificationCode = { prompt: 'Verification code: ', echo: false }

/** Answers all authentication requests of one connection. */
export function answerLogins(client: Connection, desk: LoginDesk): void {
  let tries = 0
  let firstFactorDone = false

  client.on('authentication', (context: AuthContext) => {
    desk.requested(context.method)
    if (context.method === 'none') {
      if (desk.faults.letsAnybodyIn) accept(context, { username: context.username })
      else context.reject(offered())
      return
    }
    if (!offered().some((method) => method === context.method)) context.reject(offered())
    else if (context.method === 'password') decide(context, context.password)
    else if (context.method === 'keyboard-interactive') askQuestions(context)
    else if (context.method === 'publickey') checkKey(context)
  })

  function offered(): LoginMethod[] {
    return firstFactorDone ? ['keyboard-interactive'] : [...desk.methods]
  }

  function accept(context: AuthContext, account: AccountDescription | { readonly username: string }): void {
    desk.accepted(account)
    context.accept()
  }

  /** What sshd and IOS do alike: so many wrong passwords, and the connection is over. */
  function refuse(context: AuthContext): void {
    desk.failed()
    tries += 1
    if (tries >= desk.maxAuthTries) client.end()
    else context.reject(offered())
  }

  function decide(context: PasswordAuthContext | KeyboardAuthContext, password: string): void {
    const { username, method } = context
    const book = desk.book()
    book.enter(username)
    desk.later(() => {
      book.leave(username)
      const verdict = book.checkPassword(username, password)
      if (desk.faults.resetsAfterPassword) {
        desk.seen(username, method, 'reset')
        desk.reset()
      } else if (verdict === 'accepted') welcome(context, book)
      else turnAway(context, verdict)
    })
  }

  function welcome(context: PasswordAuthContext | KeyboardAuthContext, book: AccountBook): void {
    const { username, method } = context
    if (desk.faults.passwordExpired) {
      desk.seen(username, method, 'expired')
      const text = 'Your password has expired. New password: '
      if (context.method === 'password') context.requestChange(text, () => refuse(context))
      else context.prompt([{ prompt: 'New password: ', echo: false }], '', text, () => refuse(context))
    } else if (desk.faults.secondFactor) {
      desk.seen(username, method, 'partial')
      firstFactorDone = true
      context.reject(offered(), true)
    } else if (desk.faults.extraPrompt === 'next-round' && context.method === 'keyboard-interactive') {
      desk.seen(username, method, 'partial')
      askForCode(context)
    } else if (desk.faults.extraPrompt !== undefined && context.method === 'keyboard-interactive') {
      desk.seen(username, method, 'extra')
      refuse(context)
    } else {
      desk.seen(username, method, 'accepted')
      accept(context, book.account(username) ?? { username })
    }
  }

  function turnAway(context: PasswordAuthContext | KeyboardAuthContext, verdict: Verdict): void {
    if (desk.faults.wrongPasswordHangs) {
      desk.seen(context.username, context.method, 'hung')
      desk.failed()
      return
    }
    desk.seen(context.username, context.method, verdict)
    refuse(context)
  }

  function askQuestions(context: KeyboardAuthContext): void {
    if (firstFactorDone) askForCode(context)
    else if (desk.faults.endlessRounds !== undefined) askForEver(context)
    else if (desk.faults.extraPrompt === 'same-round') {
      context.prompt([hiddenPassword, verificationCode], (answers) => decide(context, answers[0] ?? ''))
    } else {
      const prompt = { ...hiddenPassword, echo: desk.faults.extraPrompt === 'echoed' }
      context.prompt([prompt], (answers) => decide(context, answers[0] ?? ''))
    }
  }

  function askForCode(context: KeyboardAuthContext): void {
    context.prompt([verificationCode], () => {
      desk.seen(context.username, 'keyboard-interactive', 'extra')
      refuse(context)
    })
  }

  function askForEver(context: KeyboardAuthContext): void {
    const empty = desk.faults.endlessRounds === 'empty'
    context.prompt(empty ? [] : [hiddenPassword], () => {
      if (!empty) desk.seen(context.username, 'keyboard-interactive', 'extra')
      setImmediate(askForever, context)
    })
  }

  function askForever(context: KeyboardAuthContext): void {
    if (desk.faults.endlessRounds === undefined) refuse(context)
    else askForEver(context)
  }

  function checkKey(context: PublicKeyAuthContext): void {
    const book = desk.book()
    const key = findKey(book.account(context.username), context.key.data)
    if (key === undefined) {
      context.reject(offered())
    } else if (context.signature === undefined || context.blob === undefined) {
      context.accept()
    } else if (!key.verify(context.blob, context.signature, context.hashAlgo)) {
      refuse(context)
    } else {
      const verdict = book.checkKey(context.username)
      desk.seen(context.username, 'publickey', verdict)
      if (verdict === 'accepted') accept(context, book.account(context.username) ?? { username: context.username })
      else refuse(context)
    }
  }
}

function findKey(account: AccountDescription | undefined, blob: Buffer): ssh2.ParsedKey | undefined {
  for (const line of account?.publicKeys ?? []) {
    const key = ssh2.utils.parseKey(line)
    if (key instanceof Error) throw key
    const known = key.getPublicSSH()
    if (known.length === blob.length && timingSafeEqual(known, blob)) return key
  }
  return undefined
}
