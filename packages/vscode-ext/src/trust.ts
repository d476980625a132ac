import * as vscode from 'vscode'

/** Throws in a window that is not trusted. Whatever connects, opens the vault or reads the state asks here. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) throw new Error('This workspace is not trusted: nothing but its files is looked at.')
}
