import * as vscode from 'vscode'
import { look } from './seen.ts'
import { suite } from './suite-context.ts'

type Dialogs = Pick<
  typeof vscode.window,
  | 'showInformationMessage'
  | 'showWarningMessage'
  | 'showErrorMessage'
  | 'showInputBox'
  | 'showQuickPick'
  | 'showSaveDialog'
>

export interface Asked {
  readonly dialog: keyof Dialogs
  /** What was asked: the message, or the title of an input. */
  readonly text: string
  /** Of a modal message. */
  readonly detail: string
}

/**
 * Gives answers to questions in advance, for the length of `work`: a person's part, which nobody plays in here. A question that
 * no answer matches is closed without one; for a password
 * `password` is typed, or one that is right. Returns what was asked.
 */
export async function answering(
  answers: Readonly<Record<string, unknown>>,
  work: () => PromiseLike<unknown>,
): Promise<readonly Asked[]> {
  const asked: Asked[] = []
  const note = (question: Asked) => {
    asked.push(question)
    look(`${question.dialog} ${question.text}`, `${question.text}\n${question.detail}`)
  }
  const window = vscode.window as unknown as Record<keyof Dialogs, unknown>
  const names = ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const
  const inputs = ['showInputBox', 'showQuickPick', 'showSaveDialog'] as const
  const before = Object.fromEntries([...names, ...inputs].map((name) => [name, window[name]]))
  const answerTo = (text: string, labels: readonly string[] = []) => {
    const found = Object.entries(answers).find(([part]) => text.includes(part))?.[1]
    return typeof found === 'function' ? found(text, labels) : found
  }
  for (const dialog of names)
    window[dialog] = async (text: string, options?: { detail?: string }) => {
      note({ dialog, text, detail: options?.detail ?? '' })
      return answerTo(text)
    }
  window.showInputBox = async ({ title = '', prompt = '', password }: vscode.InputBoxOptions = {}) => {
    note({ dialog: 'showInputBox', text: title, detail: prompt })
    return password ? (answers.password ?? suite.secrets.netops) : answerTo(title)
  }
  window.showQuickPick = async (
    items: readonly (string | vscode.QuickPickItem)[],
    { title, placeHolder = '', canPickMany }: vscode.QuickPickOptions = {},
  ) => {
    const text = title ?? placeHolder
    note({ dialog: 'showQuickPick', text, detail: '' })
    const all = await items
    const labelOf = (item: string | vscode.QuickPickItem) => (typeof item === 'string' ? item : item.label)
    const wanted = answerTo(text, all.map(labelOf))
    if (wanted === undefined) return undefined
    // One for each, also where two read the same.
    const left = [...all]
    const picked = (Array.isArray(wanted) ? wanted : [wanted]).flatMap((label: unknown) => {
      const index = left.findIndex((item) => labelOf(item) === label)
      return index === -1 ? [] : left.splice(index, 1)
    })
    return canPickMany ? picked : picked[0]
  }
  window.showSaveDialog = async () => answerTo('save')
  try {
    await work()
  } finally {
    Object.assign(window, before)
  }
  return asked
}
