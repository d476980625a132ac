import { randomBytes } from 'node:crypto'
import type { Execution, Workflow } from './real-n8n.ts'
import { until } from './until.ts'

type Json = Readonly<Record<string, unknown>>

export const owner = { email: 'owner@example.com', password: `Aa1${randomBytes(12).toString('hex')}` }

/** n8n's own interface, as its editor uses it. */
export class N8nApi {
  readonly url: string
  #cookie = ''
  readonly #browserId = randomBytes(8).toString('hex')

  constructor(url: string) {
    this.url = url
  }

  /** Makes the first user, and is that one from then on. */
  async setUp(): Promise<void> {
    await this.post('/rest/owner/setup', { ...owner, firstName: 'Ada', lastName: 'Example' })
    if (this.#cookie === '') await this.logIn()
  }

  /** Comes back as that user. */
  async logIn(): Promise<void> {
    await this.post('/rest/login', { emailOrLdapLoginId: owner.email, password: owner.password })
  }

  async post(path: string, body: object = {}): Promise<Json> {
    return this.#ask('POST', path, body)
  }

  async patch(path: string, body: object): Promise<Json> {
    return this.#ask('PATCH', path, body)
  }

  async get(path: string): Promise<Json> {
    return this.#ask('GET', path)
  }

  /** The cookie of the session, for a browser. */
  get cookie(): { readonly name: string; readonly value: string } {
    const [name = '', value = ''] = this.#cookie.split('=')
    return { name, value }
  }

  get browserId(): string {
    return this.#browserId
  }

  async makeCredential(credential: {
    readonly name: string
    readonly type: string
    readonly data: object
  }): Promise<string> {
    const { data } = await this.post('/rest/credentials', credential)
    return String((data as Json).id)
  }

  /** What the Test button says. */
  async testCredential(credential: object): Promise<{ readonly status: string; readonly message: string }> {
    const { data } = await this.post('/rest/credentials/test', { credentials: credential })
    return data as { status: string; message: string }
  }

  async makeWorkflow(workflow: Workflow): Promise<string> {
    const { id: _, active: __, ...rest } = workflow
    const { data } = await this.post('/rest/workflows', rest)
    return String((data as Json).id)
  }

  async activate(id: string): Promise<void> {
    const { data } = await this.get(`/rest/workflows/${id}`)
    await this.post(`/rest/workflows/${id}/activate`, { versionId: (data as Json).versionId })
  }

  /** What the nodes of a workflow remember from poll to poll; null when nothing yet. */
  async memoryOf(id: string): Promise<unknown> {
    const { data } = await this.get(`/rest/workflows/${id}`)
    return (data as Json).staticData
  }

  /** Executions of a workflow, latest first. */
  async executionsOf(id: string): Promise<readonly { readonly id: string; readonly status: string }[]> {
    const filter = encodeURIComponent(JSON.stringify({ workflowId: id }))
    const { data } = await this.get(`/rest/executions?filter=${filter}`)
    return (data as { results: { id: string; status: string }[] }).results
  }

  /** The latest execution of a workflow, once it has ended. */
  async lastRunOf(id: string): Promise<Execution> {
    let last: { readonly id: string; readonly status: string } | undefined
    const happened = async () => {
      last = (await this.executionsOf(id))[0]
      return last !== undefined && !['waiting', 'running', 'new'].includes(last.status)
    }
    await until(happened, () => `no execution of ${id} has ended: ${JSON.stringify(last)}`)
    return this.finish(last?.id ?? '')
  }

  /** Starts a workflow by hand from its trigger; gives the execution's id. */
  async start(id: string, trigger = 'Start'): Promise<string> {
    const { data: workflowData } = await this.get(`/rest/workflows/${id}`)
    const { data } = await this.post(`/rest/workflows/${id}/run`, {
      workflowData,
      triggerToStartFrom: { name: trigger },
    })
    return String((data as Json).executionId)
  }

  async executionOf(id: string): Promise<Json> {
    const { data } = await this.get(`/rest/executions/${id}`)
    return data as Json
  }

  async stop(execution: string): Promise<void> {
    await this.post(`/rest/executions/${execution}/stop`)
  }

  /** Waits for the end of an execution. */
  async finish(id: string): Promise<Execution> {
    let execution: Json = {}
    const happened = async () => {
      execution = await this.executionOf(id)
      return execution.data !== undefined && execution.status !== 'running' && execution.status !== 'new'
    }
    await until(happened, () => `execution ${id} did not end: ${JSON.stringify(execution).slice(0, 500)}`)
    return { status: String(execution.status), data: unflatten(String(execution.data)) as Execution['data'] }
  }

  /** Makes a workflow and runs it by hand. */
  async play(workflow: Workflow, trigger?: string): Promise<Execution> {
    return this.finish(await this.start(await this.makeWorkflow(workflow), trigger))
  }

  async #ask(method: string, path: string, body?: object): Promise<Json> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'browser-id': this.#browserId, cookie: this.#cookie },
      ...(body && { body: JSON.stringify(body) }),
    })
    const [cookie] = response.headers.getSetCookie()
    if (cookie) this.#cookie = cookie.split(';')[0] ?? ''
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`)
    return text === '' ? {} : JSON.parse(text)
  }
}

/** n8n keeps executions as a list of values that name each other by position. */
function unflatten(text: string): unknown {
  const values: readonly unknown[] = JSON.parse(text)
  const made = new Map<number, unknown>()
  const at = (index: number): unknown => {
    if (made.has(index)) return made.get(index)
    const value = values[index]
    if (typeof value !== 'object' || value === null) return value
    const result: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {}
    made.set(index, result)
    for (const [key, inner] of Object.entries(value))
      Object.assign(result, { [key]: typeof inner === 'string' ? at(Number(inner)) : inner })
    return result
  }
  return at(0)
}
