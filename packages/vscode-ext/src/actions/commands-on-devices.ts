import type { CommandsResult, DeviceResult } from '@netlatch/core'
import * as vscode from 'vscode'
import type { App } from '../app.ts'
import type { DocumentPart } from '../documents.ts'
import { runLimits } from '../settings.ts'
import { whereOf } from './logins.ts'
import { type CommandTarget, chooseTarget, targetOf } from './targets.ts'

const historyKey = 'netlatch.commandHistory'
const historyLength = 20

/** Runs commands that only read, and shows the answers as read-only documents. */
export async function runCommand(app: App, given: unknown, others: unknown): Promise<void> {
  const chosen = await chooseTarget(app, given, others)
  if (!chosen) return
  const told = targetOf(given) as CommandTarget & { readonly command?: string }
  const command = told.command ?? (await askCommand(app))
  if (command === undefined) return
  const { folder, target, names } = chosen
  const outcome = await app.unlocking.with(folder, () =>
    app.runs.start({
      folder,
      title: `Run ${command}`,
      names,
      work: (options) =>
        app.services.operations.call(
          'run',
          { ...whereOf(folder), target, limits: runLimits(folder), commands: [command] },
          options,
        ),
    }),
  )
  if (!outcome) return
  await remember(app, command)
  const answered = outcome.results.filter(isAnswered)
  if (answered.length === 0) return
  const [first] = answered
  const title =
    answered.length === 1 && first ? `${first.device} — ${command}` : `${answered.length} devices — ${command}`
  const parts = answered.map((result) => ({ title: `${result.device} — ${command}`, text: outputsOf(result) }))
  const several = answered.length > 1 ? { preview: false, parts } : {}
  await app.documents.show(title, answersText(answered), several)
}

/** Columns that an editor has room for. */
const mostColumns = 9
const shownUnasked = 3

/** The answers of one document in columns of their own; of many a person picks. */
export async function openSideBySide({ documents }: App, given: unknown): Promise<void> {
  const uri = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri
  const parts = uri ? documents.partsOf(uri) : []
  const chosen = parts.length <= shownUnasked ? parts : await pickParts(parts)
  if (chosen.length > mostColumns) throw new Error(`${mostColumns} columns are the most: pick fewer devices.`)
  for (const [index, { title, text }] of chosen.entries())
    await documents.show(title, text, { preview: false, column: index + 1 })
}

async function pickParts(parts: readonly DocumentPart[]): Promise<readonly DocumentPart[]> {
  const items = parts.map((part) => ({ label: part.title, part }))
  const picked = await vscode.window.showQuickPick(items, { canPickMany: true, placeHolder: 'Answers side by side' })
  return (picked ?? []).map(({ part }) => part)
}

function isAnswered(result: DeviceResult): result is CommandsResult {
  return 'answers' in result
}

/** Several devices are one document: their names are its headings, and their answers, indented, fold below them. */
function answersText(results: readonly CommandsResult[]): string {
  const [only] = results
  if (results.length === 1 && only) return outputsOf(only)
  return results
    .map(
      (result) =>
        `${result.device}\n${outputsOf(result)
          .trimEnd()
          .replaceAll(/^(?=.)/gm, '  ')}\n`,
    )
    .join('\n')
}

function outputsOf({ answers }: CommandsResult): string {
  return answers.map(({ output }) => output).join('\n')
}

async function askCommand(app: App): Promise<string | undefined> {
  const history = app.context.globalState.get<readonly string[]>(historyKey, [])
  const pick = vscode.window.createQuickPick()
  pick.placeholder = 'A command that only reads: show version'
  const offer = (typed: string) => {
    const known = history.filter((command) => command !== typed)
    pick.items = [...(typed === '' ? [] : [typed]), ...known].map((label) => ({ label }))
  }
  offer('')
  pick.onDidChangeValue((value) => offer(value.trim()))
  try {
    return await new Promise<string | undefined>((resolve) => {
      pick.onDidAccept(() => resolve(pick.selectedItems[0]?.label ?? (pick.value.trim() || undefined)))
      pick.onDidHide(() => resolve(undefined))
      pick.show()
    })
  } finally {
    pick.dispose()
  }
}

/** Commands that only read hold no secret; still, nothing but the latest few is kept. */
async function remember(app: App, command: string): Promise<void> {
  const history = app.context.globalState.get<readonly string[]>(historyKey, [])
  const next = [command, ...history.filter((each) => each !== command)].slice(0, historyLength)
  await app.context.globalState.update(historyKey, next)
}
