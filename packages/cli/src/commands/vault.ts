import type { Command } from 'commander'
import type { Register } from '../command-context.ts'
import { registerVaultCredentials } from './vault-credentials.ts'
import { registerVaultInit } from './vault-init.ts'
import { registerVaultMerge } from './vault-merge.ts'
import { registerVaultRecipients } from './vault-recipients.ts'
import { registerVaultShow } from './vault-show.ts'
import { registerVaultTransfer } from './vault-transfer.ts'
import { registerVaultTrust } from './vault-trust.ts'

export function registerVault(program: Command, register: Register): void {
  const vault = program.command('vault').description('credentials, sealed in a file that is safe to commit')
  registerVaultInit(vault, register)
  registerVaultCredentials(vault, register)
  registerVaultShow(vault, register)
  registerVaultRecipients(vault, register)
  registerVaultTrust(vault, register)
  registerVaultTransfer(vault, register)
  registerVaultMerge(vault, register)
}
