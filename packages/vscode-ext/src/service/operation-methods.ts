import {
  agoText,
  backupConfigs,
  changedCandidates,
  changeVault,
  createWorkspace,
  type DeviceResult,
  type DiscoveryPlan,
  diagnoseDevice,
  discoverCredentials,
  explainCandidates,
  type Netlatch,
  planDiscovery,
  readConfiguration,
  releaseCredential,
  runCommands,
  scanHostKeys,
  selectTargets,
  setCredential,
  showSnapshot,
  snapshotHistory,
  summariseResults,
  type Targets,
  testCredential,
  trustHostKey,
} from '@netlatch/core'
import { changesDocument, diagnosisDocument, explanationDocument } from '../annotate/documents.ts'
import { planDocument, planQuestion } from '../annotate/plan-document.ts'
import {
  addCredentialTo,
  changeSecretOf,
  moveSecret,
  type NewCredential,
  type SecretParts,
} from './credential-methods.ts'
import { OperationWorkspace, type UnlockWith } from './operation-workspace.ts'
import type { CallContext } from './rpc.ts'
import { type TerminalParams, terminalMethod } from './terminal-method.ts'

interface In {
  readonly folder: string
  readonly workspaceFolder?: string | undefined
}

/** Devices that a person means: some by their names, or a selection. */
export interface Chosen {
  readonly devices?: readonly string[]
  readonly selection?: string
}

export interface RunLimits {
  readonly concurrency?: number
  readonly timeoutMs?: number
}

interface Run extends In {
  readonly target: Chosen
  readonly limits: RunLimits
}

/** What connects, decides or opens the vault. Results are emitted one by one as they are there. */
export function operationMethods() {
  const workspaces = new Map<string, OperationWorkspace>()
  const plans = new Map<
    string,
    { readonly netlatch: Netlatch; readonly plan: DiscoveryPlan; readonly targets: Targets }
  >()
  const of = ({ folder, workspaceFolder }: In): OperationWorkspace => {
    const known = workspaces.get(folder) ?? new OperationWorkspace(folder, workspaceFolder)
    workspaces.set(folder, known)
    return known
  }

  return {
    unlock: ({ keys, ...params }: In & { readonly keys: UnlockWith }) => of(params).unlock(keys),
    async lock(params: In) {
      of(params).lock()
    },
    async filesChanged({ folder }: In) {
      workspaces.get(folder)?.filesChanged()
    },
    async isBusy({ folder }: In) {
      return workspaces.get(folder)?.isBusy ?? false
    },
    async closeAll(_: object) {
      await Promise.all([...workspaces.values()].map((workspace) => workspace[Symbol.asyncDispose]()))
    },

    createWorkspace: ({ folder }: In) => createWorkspace(folder),

    /** Kept until it is run, so that what was confirmed is what happens. */
    plan: ({ target, limits, force, ...params }: Run & { readonly force: boolean }) =>
      of(params).use(async (netlatch) => {
        const targets = await chosen(netlatch, target)
        await netlatch.vault()
        const plan = await planDiscovery(netlatch, targets.devices, { force, ...limits })
        const id = crypto.randomUUID()
        plans.clear()
        plans.set(id, { netlatch, plan, targets })
        return {
          id,
          toTest: plan.toTest.length,
          names: plan.toTest.map(({ device }) => device.name),
          unproven: plan.accounts.filter(({ isProven }) => !isProven).length,
          ...planQuestion(plan),
          document: planDocument(plan, targets.understood),
        }
      }),
    discover: ({ id, limits, ...params }: In & { id: string; limits: RunLimits }, context: CallContext) =>
      of(params).use(async (netlatch) => {
        const planned = plans.get(id)
        plans.delete(id)
        if (!planned) throw new Error('The plan is gone. Make a new one.')
        // What was confirmed is what happens, or nothing.
        if (planned.netlatch !== netlatch) throw new Error('The files changed since the plan was made. Make a new one.')
        const { plan, targets } = planned
        return collect(
          netlatch,
          context,
          discoverCredentials(netlatch, plan, { ...limits, selection: targets.understood, finish: context.signal }),
        )
      }),
    test: ({ target, limits, ...params }: Run, context: CallContext) =>
      of(params).use(async (netlatch) => {
        const { devices } = await chosen(netlatch, target)
        const { timeoutMs } = limits
        async function* tests() {
          for (const { name } of devices) {
            if (context.signal.aborted) return
            yield await testCredential(netlatch, name, {
              update: true,
              finish: context.signal,
              ...(timeoutMs !== undefined && { timeoutMs }),
            })
          }
        }
        return collect(netlatch, context, tests())
      }),
    run: ({ target, limits, commands, ...params }: Run & { commands: readonly string[] }, context: CallContext) =>
      of(params).use(async (netlatch) => {
        const { devices, understood } = await chosen(netlatch, target)
        return collect(
          netlatch,
          context,
          runCommands(netlatch, devices, { ...limits, commands, selection: understood, finish: context.signal }),
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
    explain: ({ device, ...params }: In & { device: string }) =>
      of(params).use(
        async (netlatch) => {
          const explanation = await explainCandidates(netlatch, device)
          const { candidates, excluded } = explanation
          return {
            document: explanationDocument(explanation),
            candidates: candidates.map(({ credential, because }) => ({ credential: credential.name, because })),
            excluded: excluded.map(({ credential, kind, because }) => ({ credential: credential.name, kind, because })),
          }
        },
        { allowProblems: true },
      ),
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

    async release({ credential, ...params }: In & { credential: string }) {
      return of(params).use((netlatch) => releaseCredential(netlatch, credential))
    },
    async addCredential({ credential, ...params }: In & { credential: NewCredential }) {
      const workspace = of(params)
      await workspace.use((netlatch) => addCredentialTo(netlatch, credential), { allowProblems: true })
      workspace.filesChanged()
    },
    async changeSecret({ credential, secret, ...params }: In & { credential: string; secret: SecretParts }) {
      const workspace = of(params)
      await workspace.use((netlatch) => changeSecretOf(netlatch, credential, secret), { allowProblems: true })
      workspace.filesChanged()
    },
    async moveSecret({
      place,
      credential,
      ...params
    }: In & { place: string; credential: Omit<NewCredential, 'secret'> }) {
      const workspace = of(params)
      await workspace.use((netlatch) => moveSecret(netlatch, place, credential), { allowProblems: true })
      workspace.filesChanged()
    },
    /** A tag of the inventory has another name now: credentials that match by it follow. */
    async renameTagOf({
      credentials,
      from,
      to,
      ...params
    }: In & { credentials: readonly string[]; from: string; to: string }) {
      const workspace = of(params)
      for (const name of credentials) {
        await workspace.use(
          (netlatch) =>
            changeVault(netlatch, async (vault) => {
              const tags = vault.credentials.find((each) => each.name === name)?.tags ?? []
              const renamed = [...new Set(tags.map((tag) => (tag === from ? to : tag)))]
              return { vault: await setCredential(vault, name, { tags: renamed }) }
            }),
          { allowProblems: true },
        )
        workspace.filesChanged()
      }
    },
    terminal: (params: In & TerminalParams, context: CallContext) =>
      of(params).use((netlatch) => terminalMethod(netlatch, params, context)),
  }
}

export type OperationMethods = ReturnType<typeof operationMethods>

async function chosen(netlatch: Netlatch, { devices, selection }: Chosen): Promise<Targets> {
  if (selection !== undefined) return selectTargets(netlatch, { selection })
  const names = devices ?? []
  return selectTargets(netlatch, { selection: '@names', readNames: async () => names })
}

/** Emits results as they come, and says at the end what they amount to. */
async function collect(netlatch: Netlatch, context: Pick<CallContext, 'emit'>, results: AsyncIterable<DeviceResult>) {
  const all: DeviceResult[] = []
  for await (const result of results) {
    all.push(result)
    context.emit({ type: 'result', result })
  }
  const { text, needAttention, opened, devices, causes } = summariseResults(all, netlatch.now())
  return { text, needAttention, opened, devices, causes, results: all }
}

export type RunOutcome = Awaited<ReturnType<typeof collect>>
