import { acceptVault } from '@netlatch/core'
import type { Command } from 'commander'
import type { Action, Register } from '../command-context.ts'
import { problemText } from '../problem-lines.ts'
import { tell } from '../tell.ts'
import { count } from './plan-text.ts'

export function registerVaultTrust(vault: Command, register: Register): void {
  register(vault.command('verify').description('unlock the vault and check every seal'), verify)
  register(vault.command('fingerprint').description('what others compare before they accept this vault'), fingerprint)
  register(
    vault
      .command('accept')
      .description('make a replaced vault the known one, once its fingerprint was compared')
      .option('--fingerprint <fingerprint>', 'as told by whoever rotated it; always needed'),
    accept,
  )
}

const verify: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open({ allowProblems: true })
  const { problems, credentials } = await netlatch.vault()
  if (!terminal.json) for (const problem of problems) terminal.say(problemText(problem, terminal.columns))
  const text = `${count(credentials.length, 'credential')}, every seal holds.`
  tell(terminal, { type: 'verified', credentials: credentials.length, problems }, problems.length > 0 ? '' : text)
  return problems.length > 0 ? 4 : 0
}

const fingerprint: Action<object> = async ({ terminal, open }) => {
  await using netlatch = await open({ allowProblems: true })
  const { fingerprint } = await netlatch.vaultUnpinned()
  // Of a refused vault too: it is what people compare. The refusal follows it.
  const refused = await netlatch.vault().then(
    () => undefined,
    (error: unknown) => error,
  )
  tell(terminal, { type: 'fingerprint', fingerprint, known: refused === undefined }, fingerprint)
  if (refused !== undefined) throw refused
  return 0
}

const accept: Action<{ readonly fingerprint?: string }> = async ({ terminal, open }, options) => {
  await using netlatch = await open({ allowProblems: true })
  const vault = await netlatch.vaultUnpinned()
  const state = await netlatch.state()
  await state.saveVaultPin(acceptVault(vault, options.fingerprint ?? '', await state.vaultPin()))
  const text = `This is the known vault now: ${vault.fingerprint}`
  tell(terminal, { type: 'accepted', fingerprint: vault.fingerprint }, text)
  return 0
}
