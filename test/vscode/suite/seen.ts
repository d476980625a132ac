import * as vscode from 'vscode'
import { suite } from './suite-context.ts'

/** What was noticed while the suite went on. */
export const seen = {
  /** Every command that a test or the extension executed. */
  commands: new Set<string>(),
  /** Places in which a secret stood. */
  leaks: new Set<string>(),
  /** Places in which the leak stood that a test plants: they are looked at. */
  planted: new Set<string>(),
  /** Files in which a test has written a secret itself, as people do. */
  excused: new Set<string>(),
}

/** Looks for secrets in what somebody can see or find. */
export function look(where: string, text: string): void {
  if (text.includes(suite.planted)) seen.planted.add(where)
  if (!seen.excused.has(where) && suite.needles.some((needle) => text.includes(needle))) seen.leaks.add(where)
}

export function placeOf({ scheme, path }: vscode.Uri): string {
  return `document ${scheme}:${path}`
}

/** From now on: documents of every kind as they open and change, commands, and what providers of annotations answer. */
export function watchWindow(): void {
  const read = (document: vscode.TextDocument) => look(placeOf(document.uri), document.getText())
  for (const document of vscode.workspace.textDocuments) read(document)
  vscode.workspace.onDidOpenTextDocument(read)
  vscode.workspace.onDidChangeTextDocument(({ document }) => read(document))
  vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    for (const uri of uris)
      for (const { message } of vscode.languages.getDiagnostics(uri)) look(`problem of ${uri.path}`, message)
  })
  // The extension has the same `vscode` as its tests.
  const commands = vscode.commands as { executeCommand: typeof vscode.commands.executeCommand }
  const { executeCommand } = commands
  commands.executeCommand = async <T>(command: string, ...rest: unknown[]): Promise<T> => {
    seen.commands.add(command)
    const answer = await executeCommand<T>(command, ...rest)
    if (/^vscode\.execute\w+Provider$/.test(command)) look(command, JSON.stringify(answer) ?? '')
    return answer
  }
}
