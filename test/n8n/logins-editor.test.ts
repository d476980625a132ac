import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { type FleetProcess, startFleetProcess } from '../support/simulated-fleet/fleet-process.ts'
import { fleetWorkspace } from '../support/simulated-fleet/workspace.ts'
import { assertNoSecrets } from './support/canary.ts'
import { CredentialForm } from './support/credential-form.ts'
import { canary, workspaceCredential } from './support/customers.ts'
import { Editor } from './support/editor.ts'
import { N8nApi } from './support/n8n-api.ts'
import { openRealN8n, type RealN8n } from './support/real-n8n.ts'
import { keepScreenshot } from './support/screenshots.ts'
import { netlatchNode, startByHand, workflowOf } from './support/workflows.ts'

/** Whose login it is, and the site whose devices know it. */
const people = ['ann', 'bob', 'cid'] as const
type Person = (typeof people)[number]

const password: Readonly<Record<Person, string>> = { ann: canary(), bob: canary(), cid: canary() }

describe("the device logins, edited in n8n's editor", () => {
  let n8n: RealN8n
  let fleet: FleetProcess
  let api: N8nApi
  let editor: Editor
  let workspaceId = ''
  let id = ''

  before(async function () {
    this.timeout(900_000)
    n8n = await openRealN8n((line) => process.stderr.write(`${line}\n`))
    fleet = await startFleetProcess({
      devices: people.map((person) => ({
        name: `${person}-1`,
        platform: 'arista_eos' as const,
        accounts: [{ username: person, password: password[person], privileged: true }],
        inventory: { site: person, realm: 'on-device' },
      })),
    })
    const folder = join(n8n.files, 'lab')
    await mkdir(folder, { recursive: true })
    await fleetWorkspace(fleet, folder)
    api = new N8nApi(await n8n.start())
    await api.setUp()
    const { type, data } = workspaceCredential(folder, '', { unlock: 'nothing' })
    workspaceId = await api.makeCredential({ type, data, name: 'Lab' })
    editor = await Editor.open(api)
  })
  after(async () => {
    await editor?.[Symbol.asyncDispose]()
    await n8n?.[Symbol.asyncDispose]()
    await fleet?.[Symbol.asyncDispose]()
  })

  /** A login typed into a slot, whole. */
  async function type(form: CredentialForm, slot: number, person: Person): Promise<void> {
    await form.fill(`name${slot}`, person)
    await form.fill(`username${slot}`, person)
    await form.fill(`password${slot}`, password[person])
    await form.fill(`use${slot}`, `site:${person}`)
    await form.fill(`hosts${slot}`, '127.0.0.0/8')
  }

  /** What n8n keeps in the slots, decrypted: `name/username/whose password`. */
  async function stored(): Promise<readonly string[]> {
    const data = await n8n.decrypted(id)
    return [1, 2, 3].map((slot) => {
      const secret = data[`password${slot}`] ?? ''
      const whose = people.find((person) => password[person] === secret) ?? (secret === '' ? 'none' : 'unknown')
      return `${data[`name${slot}`] ?? ''}/${data[`username${slot}`] ?? ''}/${whose}`
    })
  }

  /** Who opened what, every login that a device saw, and what the node ended with. */
  async function logIn() {
    const seen = (await fleet.ask('counters')).attempts.length
    const node = netlatchNode(
      'Test login',
      'netlatchDiscoverCredentials',
      { operation: 'testLogin' },
      {
        credentials: {
          netlatchWorkspaceApi: { id: workspaceId, name: 'Lab' },
          netlatchLoginsApi: { id, name: 'Logins' },
        },
      },
    )
    const run = await api.play(workflowOf('logins', [startByHand, node]))
    const [result] = run.data.resultData.runData['Test login'] ?? []
    const sent = (await fleet.ask('counters')).attempts.slice(seen)
    return {
      opened: result?.data?.main[0]?.map(({ json }) => `${json.device} ${json.credential}`) ?? [],
      outcomes: [...new Set(sent.map(({ outcome }) => outcome))],
      ...(result?.error && { error: result.error.message }),
    }
  }

  it('keep what was typed, and show none of it again', async () => {
    const made = await CredentialForm.make(editor, 'Netlatch Device Logins')
    await made.choose('count', '3')
    for (const [index, person] of people.entries()) await type(made, index + 1, person)
    id = (await made.save()).id
    assert.deepEqual(await stored(), ['ann/ann/ann', 'bob/bob/bob', 'cid/cid/cid'])

    const form = await CredentialForm.open(editor, id)
    for (const [index, person] of people.entries()) {
      assert.equal(await form.value(`username${index + 1}`), person)
      assert.notEqual(await form.value(`password${index + 1}`), password[person])
    }
    await keepScreenshot(editor.page, 'logins')
    assert.deepEqual(await logIn(), { opened: ['ann-1 ann', 'bob-1 bob', 'cid-1 cid'], outcomes: ['accepted'] })
  })

  it('send nothing where a username alone was changed: n8n keeps the password that the slot had', async () => {
    const form = await CredentialForm.open(editor, id)
    await form.fill('username2', 'robert')
    const { sent } = await form.save()
    for (const slot of [1, 2, 3]) assert.match(String(sent[`password${slot}`]), /BLANK_VALUE/)
    assert.deepEqual(await stored(), ['ann/ann/ann', 'bob/robert/bob', 'cid/cid/cid'])
    assert.deepEqual(await logIn(), {
      opened: [],
      outcomes: [],
      error: 'Login bob: its password opened devices as bob, and its username is robert now',
    })
    const back = await CredentialForm.open(editor, id)
    await back.fill('username2', 'bob')
    await back.save()
    assert.deepEqual(await stored(), ['ann/ann/ann', 'bob/bob/bob', 'cid/cid/cid'])
  })

  it('leave an emptied slot without a password, and the others with theirs', async () => {
    const form = await CredentialForm.open(editor, id)
    for (const field of ['name1', 'username1', 'password1']) await form.fill(field, '')
    await form.save()
    assert.deepEqual(await stored(), ['//none', 'bob/bob/bob', 'cid/cid/cid'])
  })

  it('go where they are moved, with the password that is typed there', async () => {
    const form = await CredentialForm.open(editor, id)
    await type(form, 1, 'bob')
    await type(form, 2, 'cid')
    await type(form, 3, 'ann')
    await form.save()
    assert.deepEqual(await stored(), ['bob/bob/bob', 'cid/cid/cid', 'ann/ann/ann'])
  })

  it('are forgotten with the slots that are taken away, and come back with what is typed', async () => {
    const form = await CredentialForm.open(editor, id)
    await form.choose('count', '1')
    await form.choose('method1', 'Private Key')
    await form.save()
    // n8n keeps nothing of what it hides: no password is left that a later name could get.
    assert.deepEqual(await stored(), ['bob/bob/none', '//none', '//none'])

    const again = await CredentialForm.open(editor, id)
    await again.choose('method1', 'Password')
    await again.choose('count', '3')
    for (const [index, person] of (['cid', 'ann', 'bob'] as const).entries()) await type(again, index + 1, person)
    await again.save()
    assert.deepEqual(await stored(), ['cid/cid/cid', 'ann/ann/ann', 'bob/bob/bob'])
  })

  it('open, after all of that, what each is for, and no device saw a wrong password', async () => {
    assert.deepEqual(await logIn(), { opened: ['ann-1 ann', 'bob-1 bob', 'cid-1 cid'], outcomes: ['accepted'] })
    const { attempts } = await fleet.ask('counters')
    assert.deepEqual([...new Set(attempts.map(({ outcome }) => outcome))], ['accepted'])
  })

  it('leave no secret anywhere but encrypted', async () => {
    await editor[Symbol.asyncDispose]()
    await n8n.stop()
    await assertNoSecrets(n8n, Object.values(password))
  })
})
