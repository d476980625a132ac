import * as vscode from 'vscode'
import type { Folders } from '../folders.ts'
import type { FileKind } from '../service/file-view.ts'
import type { Services } from '../services.ts'
import { setting } from '../settings.ts'

/** What redhat.vscode-yaml exports; documented in its README under "Adding custom schemas by an extension". */
interface YamlExtension {
  /** Asks `schemaOf` for the schema of each document, and `textOf` for what a schema says. False: the name is taken. */
  registerContributor(
    name: string,
    schemaOf: (document: string) => string | undefined,
    textOf: (schema: string) => Promise<string>,
  ): boolean
}

const scheme = 'netlatch'

/**
 * Gives another YAML extension the schemas of a workspace's own files, and of no others: `inventory.yaml` and `credentials.yaml`
 * are names that other tools use too, so patterns in the manifest would call an Ansible inventory wrong.
 */
export class YamlSchemas {
  readonly #services: Services
  readonly #folders: Folders
  #isTaken = false

  constructor(services: Services, folders: Folders) {
    this.#services = services
    this.#folders = folders
  }

  /** Whether the other extension completes this file by our schema: active alone, it knows nothing of it. */
  completes(uri: vscode.Uri): boolean {
    return this.#isTaken && isLeft(uri)
  }

  /** Does nothing where there is no other YAML extension, or one of another make. */
  async offer(): Promise<void> {
    const other = vscode.extensions.getExtension<Partial<YamlExtension> | undefined>('redhat.vscode-yaml')
    if (!other || this.#isTaken) return
    const yaml = await other.activate()
    this.#isTaken =
      yaml?.registerContributor?.(
        scheme,
        (document) => this.#schemaOf(vscode.Uri.parse(document)),
        (schema) => this.#services.language.call('schema', { kind: vscode.Uri.parse(schema).authority as FileKind }),
      ) ?? false
  }

  #schemaOf({ scheme: from, fsPath }: vscode.Uri): string | undefined {
    const kind = from === 'file' ? this.#folders.kindOf(fsPath) : undefined
    return kind && isLeft(vscode.Uri.file(fsPath)) ? `${scheme}://${kind}` : undefined
  }
}

/** A person may want our own completion all the same. */
function isLeft(uri: vscode.Uri): boolean {
  return setting('yaml.completion', uri) === 'auto'
}
