/** What a look at the stored state found; nothing was changed by looking. */
export interface StateFileCheck {
  readonly path: string
  /** 0 where there is no file yet. */
  readonly bytes: number
  /** Steps of the schema that it has, and that this version knows. */
  readonly schema: number
  readonly latest: number
  /** Damage of the file, and contradictions of the attempt ledger. */
  readonly problems: readonly string[]
}
