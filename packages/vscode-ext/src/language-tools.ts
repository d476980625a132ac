import type { CommandsResult, DeviceResult } from '@netlatch/core'
import * as vscode from 'vscode'
import { whereOf } from './actions/logins.ts'
import type { App } from './app.ts'
import type { Folder } from './folders.ts'
import { annotationSettings, runLimits, setting } from './settings.ts'
import { requireTrust } from './trust.ts'

interface DeviceInput {
  readonly device: string
}
interface RunInput extends DeviceInput {
  readonly command: string
}

/**
 * Tools for agents: what is known, and commands that only read. Running one is always confirmed, with device and command in the
 * question; no tool tests credentials.
 */
export function registerLanguageTools(app: App): vscode.Disposable {
  const tools = [
    vscode.lm.registerTool('netlatch_devices', tool(app, devices)),
    vscode.lm.registerTool('netlatch_coverage', tool(app, coverage)),
    vscode.lm.registerTool<DeviceInput>('netlatch_explain', tool(app, explain)),
    vscode.lm.registerTool<RunInput>('netlatch_run', {
      ...tool(app, run),
      prepareInvocation: ({ input }) => ({
        invocationMessage: `Running ${input.command} on ${input.device}`,
        confirmationMessages: {
          title: 'Run a command on a device',
          message: new vscode.MarkdownString().appendText(`Log in to ${input.device} and run: ${input.command}`),
        },
      }),
    }),
  ]
  return vscode.Disposable.from(...tools)
}

function tool<T>(app: App, answer: (app: App, folder: Folder, input: T, signal: AbortSignal) => Promise<string>) {
  return {
    async invoke({ input }: vscode.LanguageModelToolInvocationOptions<T>, token: vscode.CancellationToken) {
      if (setting('chat.tools') === 'off') throw new Error('Netlatch’s tools are off: netlatch.chat.tools.')
      requireTrust()
      const folder = folderWith(app, input)
      const stop = new AbortController()
      const subscription = token.onCancellationRequested(() => stop.abort())
      try {
        const text = await answer(app, await folder, input, stop.signal)
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)])
      } finally {
        subscription.dispose()
      }
    },
  }
}

async function folderWith(app: App, input: unknown): Promise<Folder> {
  const name = typeof input === 'object' && input !== null && 'device' in input ? input.device : undefined
  for (const folder of app.folders.all) {
    if (name === undefined) return folder
    const known = await app.services.language.call('devices', { folder: folder.folder })
    if (known.some((device) => device.name === name)) return folder
  }
  throw new Error(
    name === undefined ? 'There is no Netlatch workspace here.' : `${String(name)} is not in the inventory.`,
  )
}

async function devices(app: App, { folder }: Folder): Promise<string> {
  const all = await app.services.language.call('devices', { folder })
  return all.map(({ name, host, platform, site, status }) => [name, host, platform, site, status].join('\t')).join('\n')
}

async function coverage(app: App, { folder }: Folder): Promise<string> {
  return app.services.language.call('coverageText', { folder, format: 'markdown', settings: annotationSettings() })
}

async function explain(app: App, folder: Folder, { device }: DeviceInput): Promise<string> {
  const { document } = await app.services.operations.call('explain', { ...whereOf(folder), device })
  return document
}

async function run(app: App, folder: Folder, { device, command }: RunInput, signal: AbortSignal): Promise<string> {
  const what = { target: { devices: [device] }, limits: runLimits(folder), commands: [command], forAgent: true }
  const outcome = await app.unlocking.with(folder, () =>
    app.services.operations.call('run', { ...whereOf(folder), ...what }, { signal }),
  )
  const [result] = outcome?.results ?? []
  if (!result) throw new Error('The vault is locked.')
  return isAnswered(result)
    ? result.answers.map(({ output }) => output).join('\n')
    : `${result.message}. ${result.advice}`
}

function isAnswered(result: DeviceResult): result is CommandsResult {
  return 'answers' in result
}
