import * as vscode from 'vscode'
import type { AnnotationSettings } from './service/annotation-methods.ts'
import type { RunLimits } from './service/operation-scope.ts'

function section(scope?: vscode.ConfigurationScope): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration('netlatch', scope)
}

/** One setting of `netlatch.`, with the default of the manifest. */
export function setting<T>(key: string, scope?: vscode.ConfigurationScope): T {
  return section(scope).get<T>(key) as T
}

export function annotationSettings(scope?: vscode.ConfigurationScope): AnnotationSettings {
  return {
    staleAfterDays: setting('results.staleAfterDays', scope),
    maxLength: setting('inlineResults.maxLength', scope),
    lensDevices: setting('codeLens.devices', scope),
    problemsOfResults: setting('problems.results', scope),
    maxPerCause: setting('problems.maxPerCause', scope),
  }
}

/** Of a workspace folder: each one of a window may have its own. */
export function runLimits({ folder }: { readonly folder: string }): RunLimits {
  const scope = vscode.Uri.file(folder)
  return {
    concurrency: setting('connections.concurrency', scope),
    timeoutMs: setting<number>('connections.timeoutSeconds', scope) * 1000,
  }
}

export async function toggleSetting(key: string): Promise<void> {
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global
  await section().update(key, !setting<boolean>(key), target)
}
