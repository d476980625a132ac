import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { endsWithUs } from './ends-with-us.ts'
import { until } from './until.ts'

/** An n8n that stays: the server, or a worker of its queue mode. */
export class N8nProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  #log = ''

  constructor(program: readonly string[], env: NodeJS.ProcessEnv, onSaid: (text: string) => void) {
    this.#child = spawn(...endsWithUs(process.execPath, program), { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString()
        onSaid(chunk.toString())
      })
  }

  get log(): string {
    return this.#log
  }

  /** Waits until it is there; throws with what it said when it ends before, or is not in time. */
  async ready(isReady: (log: string) => boolean | Promise<boolean>): Promise<void> {
    const happened = async () => this.#hasEnded || (await isReady(this.#log))
    await until(happened, () => `n8n did not start: ${this.#log}`)
    if (this.#hasEnded) throw new Error(`n8n ended: ${this.#log}`)
  }

  /** Ends it as an administrator would; gives its exit code. */
  async stop(): Promise<number | null> {
    if (!this.#hasEnded) {
      const exited = once(this.#child, 'exit')
      this.#child.kill('SIGTERM')
      await exited
    }
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }
}
