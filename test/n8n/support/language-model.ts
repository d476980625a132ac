import type { N8nApi } from './n8n-api.ts'
import type { Outside } from './outside.ts'

export interface ToolCall {
  readonly name: string
  /** JSON. */
  readonly arguments: string
}

/** A language model on loopback, as n8n's OpenAI node speaks to one: it calls one tool after the other, whatever they answer. */
export class LanguageModel {
  readonly #outside: Outside
  #calls: readonly ToolCall[] = []
  #said = 0
  /** The tools that it was offered, at each turn. */
  readonly offered: (readonly string[])[] = []

  constructor(outside: Outside) {
    this.#outside = outside
    outside.answer('/v1/chat/completions', ({ body }) => {
      this.offered.push(((body.tools ?? []) as { function: { name: string } }[]).map((tool) => tool.function.name))
      return this.#answer(this.#calls[this.#said++])
    })
  }

  willCall(...calls: readonly ToolCall[]): void {
    this.#calls = calls
    this.#said = 0
  }

  /** All that it was told in its last turn. */
  get heard(): string {
    return JSON.stringify(this.#outside.of('/v1/chat/completions').at(-1)?.body.messages)
  }

  /** The credential of n8n for it. */
  async credential(api: N8nApi): Promise<{ readonly openAiApi: { readonly id: string; readonly name: string } }> {
    const id = await api.makeCredential({
      name: 'Model',
      type: 'openAiApi',
      data: { apiKey: 'none', url: `${this.#outside.url}/v1`, header: false },
    })
    return { openAiApi: { id, name: 'Model' } }
  }

  #answer(call: ToolCall | undefined): object {
    const message = call
      ? {
          role: 'assistant',
          content: '',
          tool_calls: [{ index: 0, id: `call-${this.#said}`, type: 'function', function: call }],
        }
      : { role: 'assistant', content: 'That is all.' }
    return {
      id: 'answer',
      object: 'chat.completion.chunk',
      created: 0,
      model: 'test',
      choices: [{ index: 0, delta: message, finish_reason: call ? 'tool_calls' : 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    }
  }
}
