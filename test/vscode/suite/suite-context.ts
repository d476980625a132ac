import type { TestSecrets } from '../support/test-workspace.ts'

/** What the launcher tells the suite. */
export interface SuiteContext {
  readonly folder: string
  /** Another workspace, that is not open at first. */
  readonly branch: string
  /** A folder with an inventory of Nornir, and no workspace. */
  readonly foreign: string
  /** Where the fleet is asked. */
  readonly fleet: string
  readonly report: string
  readonly secrets: TestSecrets
  /** What nobody may see anywhere: those secrets, the ones in the devices' configurations, and the vault's identity. */
  readonly needles: readonly string[]
  /** No secret: what a test leaks on purpose, to be found. */
  readonly planted: string
  /** A Node that runs the command line. */
  readonly node: string
  readonly cli: string
  /** Only tests whose titles contain this; empty: all. */
  readonly only: string
}

/** What the suite tells the launcher, at its very end. */
export interface SuiteReport {
  readonly passes: readonly string[]
  readonly failures: readonly { readonly title: string; readonly error: string }[]
}

export const suite = JSON.parse(process.env.NETLATCH_SUITE ?? '{}') as SuiteContext
