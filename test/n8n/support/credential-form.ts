import type { Locator } from 'playwright-core'
import type { Editor } from './editor.ts'

/** The window of a credential in n8n's editor, filled in as a person does. */
export class CredentialForm {
  readonly #editor: Editor

  private constructor(editor: Editor) {
    this.#editor = editor
  }

  /** A new credential of a type, by the words its list is searched with. */
  static async make(editor: Editor, type: string): Promise<CredentialForm> {
    const { page } = editor
    await editor.goTo('/home/credentials/create')
    await page.getByTestId('new-credential-type-select').locator('input').fill(type)
    await page.getByTestId('new-credential-type-select-option').first().click()
    await page.getByTestId('new-credential-type-button').click()
    return new CredentialForm(editor).#shown()
  }

  /** One that is there: its hidden values come as placeholders. */
  static async open(editor: Editor, id: string): Promise<CredentialForm> {
    await editor.goTo(`/home/credentials/${id}`)
    return new CredentialForm(editor).#shown()
  }

  /** What a field shows. */
  async value(field: string): Promise<string> {
    return this.#field(field).locator('input').first().inputValue()
  }

  async fill(field: string, text: string): Promise<void> {
    const input = this.#field(field).locator('input').first()
    await input.fill(text)
    await input.blur()
  }

  async choose(field: string, option: string): Promise<void> {
    await this.#field(field).click()
    await this.#editor.page.getByRole('option', { name: option, exact: true }).click()
  }

  /** Saves; gives what the browser sent, and the credential's id. */
  async save(): Promise<{ readonly id: string; readonly sent: Readonly<Record<string, unknown>> }> {
    const { page } = this.#editor
    const answered = page.waitForResponse(
      (response) =>
        ['POST', 'PATCH'].includes(response.request().method()) &&
        /\/rest\/credentials(?:\/\w{10,})?$/.test(response.url()),
    )
    await page.getByTestId('credential-save-button').click()
    const response = await answered
    if (!response.ok()) throw new Error(`n8n did not save: ${await response.text()}`)
    const { data } = (await response.json()) as { data: { id: string } }
    const { data: sent } = response.request().postDataJSON() as { data: Record<string, unknown> }
    return { id: data.id, sent }
  }

  #field(name: string): Locator {
    return this.#editor.page.getByTestId(`parameter-input-${name}`).first()
  }

  async #shown(): Promise<this> {
    await this.#editor.page.getByTestId('credential-connection-parameter').first().waitFor()
    return this
  }
}
