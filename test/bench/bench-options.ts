export interface BenchOptions {
  /** Of each contestant, in turns. */
  readonly runs: number
}
