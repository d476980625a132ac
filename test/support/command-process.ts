import { fork } from 'node:child_process'
import { once } from 'node:events'
import { main } from '../../packages/cli/src/main.ts'

interface Question {
  readonly words: readonly string[]
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

export interface Answer {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** The command line in a process of its own that takes one command after another: starting Node is most of a short one. */
export class CommandProcess implements AsyncDisposable {
  readonly #child = fork(import.meta.filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })

  async run(question: Question): Promise<Answer> {
    this.#child.send(question)
    const [answer] = (await once(this.#child, 'message')) as [Answer]
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exit = once(this.#child, 'exit')
    this.#child.disconnect()
    await exit
  }
}

if (process.send && process.argv[1] === import.meta.filename)
  // Every command listens for itself, and ends with its process otherwise.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0)

if (process.send && process.argv[1] === import.meta.filename)
  process.on('message', async ({ words, folder, env }: Question) => {
    process.chdir(folder)
    // Each by itself: only then os.homedir() follows.
    for (const name of Object.keys(process.env)) delete process.env[name]
    Object.assign(process.env, env)
    const written = { stdout: '', stderr: '' }
    const real = { stdout: process.stdout.write, stderr: process.stderr.write }
    for (const name of ['stdout', 'stderr'] as const)
      process[name].write = (text: string | Uint8Array) => {
        written[name] += text
        return true
      }
    const exitCode = await main(words)
    for (const name of ['stdout', 'stderr'] as const) process[name].write = real[name]
    process.send?.({ exitCode, ...written })
  })
