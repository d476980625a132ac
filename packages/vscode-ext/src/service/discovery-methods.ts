import {
  type DiscoveryPlan,
  discoverCredentials,
  explainCandidates,
  type Netlatch,
  planDiscovery,
  type Targets,
  testCredential,
} from '@netlatch/core'
import { explanationDocument } from '../annotate/documents.ts'
import { planDocument, planQuestion } from '../annotate/plan-document.ts'
import { chosen, collect, type In, type Run, type RunLimits, type WorkspaceOf } from './operation-scope.ts'
import type { CallContext } from './rpc.ts'

/** Finding out which credential opens what: the plan, what was confirmed of it, single tests, and why. */
export function discoveryMethods(of: WorkspaceOf) {
  const plans = new Map<
    string,
    { readonly netlatch: Netlatch; readonly plan: DiscoveryPlan; readonly targets: Targets }
  >()
  return {
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
          names: [...plan.toTest.map(({ device }) => device.name), ...plan.refused.map(({ device }) => device)],
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
        // What the editor shows of devices that need no test is newer than that they need none.
        const plan = { ...planned.plan, skipped: [] }
        const { targets } = planned
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
  }
}
