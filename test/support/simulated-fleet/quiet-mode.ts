import type { DeviceDescription } from './description.ts'

/** IOS `login block-for`: after too many failures, whoever they are from, nobody may connect for a while. */
export class QuietMode {
  readonly #rule: DeviceDescription['blockFor']
  readonly #now: () => number
  readonly #onChange: () => void
  #failures: number[] = []
  #until = 0
  #timer: NodeJS.Timeout | undefined
  entered = 0

  constructor(rule: DeviceDescription['blockFor'], now: () => number, onChange: () => void) {
    this.#rule = rule
    this.#now = now
    this.#onChange = onChange
  }

  isQuiet(): boolean {
    return this.#now() < this.#until
  }

  failed(): void {
    const rule = this.#rule
    if (rule === undefined) return
    const now = this.#now()
    this.#failures = [...this.#failures.filter((at) => now - at < rule.withinMs), now]
    if (this.#failures.length < rule.attempts) return
    this.#failures = []
    this.#until = now + rule.forMs
    this.entered += 1
    this.#onChange()
    this.#timer = setTimeout(this.#onChange, rule.forMs)
    this.#timer.unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
