import {
  agoText,
  backupConfigs,
  changedCandidates,
  diagnoseDevice,
  readConfiguration,
  runCommands,
  scanHostKeys,
  showSnapshot,
  snapshotHistory,
  trustHostKey,
} from '@netlatch/core'
import { changesDocument, diagnosisDocument } from '../annotate/documents.ts'
import { chosen, collect, type In, type Run, type RunLimits, type WorkspaceOf } from './operation-scope.ts'
import type { CallContext } from './rpc.ts'
import { type TerminalParams, terminalMethod } from './terminal-method.ts'

interface RunCommands extends Run {
  readonly commands: readonly string[]
  /** A language model sees no secrets of configurations, and tries no credentials. @default false */
  readonly forAgent?: boolean
}

/** What is done on devices, and what was kept of it. */
export function deviceMethods(of: WorkspaceOf) {
  return {
    run: ({ target, limits, commands, forAgent = false, ...params }: RunCommands, context: CallContext) =>
      of(params).use(async (netlatch) => {
        const { devices, understood } = await chosen(netlatch, target)
        const who = { redact: forAgent, onlyOpened: forAgent }
        return collect(
          netlatch,
          context,
          runCommands(netlatch, devices, {
            ...limits,
            commands,
            ...who,
            selection: understood,
            finish: context.signal,
          }),
        )
      }),
    backup: ({ target, limits, ...params }: Run, context: CallContext) =>
      of(params).use(async (netlatch) => {
        const { devices, understood } = await chosen(netlatch, target)
        const onProgress: Parameters<typeof backupConfigs>[2] = {
          onProgress: (event) => {
            if (event.type === 'result') context.emit({ type: 'result', result: event.result })
          },
        }
        const options = { ...limits, ...onProgress, selection: understood, finish: context.signal }
        return collect(netlatch, { ...context, emit: () => undefined }, backupConfigs(netlatch, devices, options))
      }),
    scan: ({ target, limits, ...params }: Run, { signal }: CallContext) =>
      of(params).use(async (netlatch) => {
        const { devices } = await chosen(netlatch, target)
        const { known, added, changed, failed, oddities } = await scanHostKeys(netlatch, devices, {
          ...limits,
          finish: signal,
        })
        return { known: known.length, added: added.map(({ device }) => device), changed, failed, oddities }
      }),
    /** What a device shows now, beside what is known; nothing is written. */
    lookAtKey: ({ device, ...params }: In & { device: string }) =>
      of(params).use((netlatch) => trustHostKey(netlatch, device, { confirm: async () => false })),
    /** Trusts the key that a person has seen, and no other. */
    trust: ({ device, now, ...params }: In & { device: string; now: string }) =>
      of(params).use((netlatch) => trustHostKey(netlatch, device, { confirm: async (seen) => seen.now === now })),
    diagnose: ({ device, limits, ...params }: In & { device: string; limits: RunLimits }, { signal }: CallContext) =>
      of(params).use(async (netlatch) => {
        const { timeoutMs } = limits
        const options = { signal, ...(timeoutMs !== undefined && { timeoutMs }) }
        const diagnosis = await diagnoseDevice(netlatch, device, options)
        return { document: diagnosisDocument(diagnosis), ...(diagnosis.code && { code: diagnosis.code }) }
      }),
    configurations: ({
      device,
      configurations,
      limits,
      ...params
    }: In & { device: string; configurations: readonly ('running' | 'startup')[]; limits: RunLimits }) =>
      of(params).use((netlatch) => {
        const { timeoutMs } = limits
        return readConfiguration(netlatch, device, { configurations, ...(timeoutMs !== undefined && { timeoutMs }) })
      }),
    backups: ({ device, ...params }: In & { device: string }) =>
      of(params).use(
        async (netlatch) =>
          (await snapshotHistory(netlatch, device, { limit: 50 })).flatMap(
            ({ configuration, capturedAt, bytes, commit, heldBecause }) =>
              commit === undefined || heldBecause !== undefined || configuration !== 'running'
                ? []
                : [{ capturedAt, age: agoText(capturedAt, netlatch.now()), bytes, commit }],
          ),
        { allowProblems: true },
      ),
    backupText: ({ device, at, ...params }: In & { device: string; at?: string }) =>
      of(params).use((netlatch) => showSnapshot(netlatch, device, at), { allowProblems: true }),
    changesSince: ({ revision, ...params }: In & { revision: string }) =>
      of(params).use(async (netlatch) => changesDocument(await changedCandidates(netlatch, revision))),

    terminal: (params: In & TerminalParams, context: CallContext) =>
      of(params).use((netlatch) => terminalMethod(netlatch, params, context)),
  }
}
