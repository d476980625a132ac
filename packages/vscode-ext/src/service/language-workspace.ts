import { join } from 'node:path'
import {
  type DeviceResult,
  diskFiles,
  type FileReader,
  type Netlatch,
  nothingKnown,
  openNetlatch,
  readStanding,
  type Standing,
} from '@netlatch/core'

export interface EditorText {
  readonly path: string
  readonly text: string
  /** The editor's own count of changes. */
  readonly version: number
}

export interface LanguageSettings {
  /** Only the files may be looked at: no state, no known_hosts. */
  readonly isTrusted: boolean
  /** Named by a setting. @default upwards from the folder */
  readonly workspaceFolder?: string | undefined
}

/** What reading needs, and never a key: annotations are made with the vault locked. */
const noKeys = async () => ({ identities: [], lookedIn: [] })

/**
 * The files of one opened folder as the editors have them, and what is remembered of their devices. It connects to nothing and
 * opens no vault.
 */
export class LanguageWorkspace implements AsyncDisposable {
  readonly folder: string
  readonly #settings: LanguageSettings
  readonly #texts = new Map<string, EditorText>()
  #netlatch: Netlatch | undefined
  /** Those whose state is open, the current one last. */
  readonly #states: Netlatch[] = []
  #standing: Standing = nothingKnown
  #loading: Promise<void> | undefined
  #isDirty = false
  /** What is stored was read by the connection that is open now: versions are counted by each connection for itself. */
  #isRead = false
  #paths: ReadonlyMap<string, string> = new Map()
  /** Of texts that the files were read with. */
  #versions: ReadonlyMap<string, number> = new Map()
  readonly live = new Map<string, DeviceResult>()
  readonly running = new Set<string>()

  constructor(folder: string, settings: LanguageSettings) {
    this.folder = folder
    this.#settings = settings
  }

  get isTrusted(): boolean {
    return this.#settings.isTrusted
  }

  get standing(): Standing {
    return this.#standing
  }

  /** The files as they were read last. Throws WORKSPACE_MISSING. */
  async files(): Promise<Netlatch> {
    if (!this.#netlatch) await this.reload()
    return this.#netlatch as Netlatch
  }

  versionOf(path: string): number | undefined {
    return this.#versions.get(path)
  }

  /** Absolute, from what messages and places call a file. */
  pathOf(file: string): string {
    return this.#paths.get(file) ?? join(this.#netlatch?.workspace.folder ?? this.folder, file)
  }

  /** An editor's text, or with undefined the disk's again. Resolves when the files were read with it. */
  async setText(path: string, text: EditorText | undefined): Promise<void> {
    if (text) this.#texts.set(path, text)
    else this.#texts.delete(path)
    await this.reload()
  }

  /** Reads the files again. Changes that come while it reads are taken together. */
  reload(): Promise<void> {
    this.#isDirty = true
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #load(): Promise<void> {
    while (this.#isDirty) {
      this.#isDirty = false
      const texts = new Map(this.#texts)
      const { workspaceFolder } = this.#settings
      const opened = await openNetlatch({
        cwd: this.folder,
        env: { HOME: process.env.HOME },
        program: 'vscode',
        allowProblems: true,
        keys: noKeys,
        files: withTexts(texts),
        ...(workspaceFolder && { workspace: workspaceFolder }),
      })
      this.#netlatch = this.#withState(opened)
      this.#versions = new Map([...texts].map(([path, { version }]) => [path, version]))
      this.#paths = pathsOf(this.#netlatch)
    }
    await this.refresh()
  }

  /**
   * Files are read anew with every change; the state stays open, because questions about what was there a moment ago are
   * still being answered.
   */
  #withState(opened: Netlatch): Netlatch {
    const current = this.#states.at(-1)
    if (current?.workspace.settings.state === opened.workspace.settings.state)
      return { ...opened, state: () => current.state(), checkState: () => current.checkState() }
    this.#states.push(opened)
    this.#isRead = false
    return opened
  }

  /** Looks whether any program wrote to the state; true when something is new. */
  async refresh(): Promise<boolean> {
    const netlatch = this.#netlatch
    if (!netlatch || !this.isTrusted) return false
    if (this.#isRead && (await (await netlatch.state()).version()) === this.#standing.version) return false
    const wasKnown = this.#standing.version !== -1
    this.#standing = await readStanding(netlatch)
    this.#isRead = this.#standing.version !== -1
    for (const [name, { testedAt }] of this.live) {
      const record = this.#standing.records.get(name)
      if (record && record.testedAt > testedAt) this.live.delete(name)
    }
    return wasKnown || this.#isRead
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loading?.catch(() => undefined)
    await Promise.all(this.#states.map((each) => each[Symbol.asyncDispose]()))
  }
}

/** The disk, with editors' texts in place of what they will be saved over. */
function withTexts(texts: ReadonlyMap<string, EditorText>): FileReader {
  return {
    readText: async (path) => texts.get(path)?.text ?? diskFiles.readText(path),
    glob: (pattern) => diskFiles.glob(pattern),
  }
}

function pathsOf({ workspace, inventory, vaultFile }: Netlatch): ReadonlyMap<string, string> {
  return new Map([
    ...inventory.files.map(({ file, path }) => [file, path] as const),
    ...(workspace.source && workspace.file ? [[workspace.source.file, workspace.file] as const] : []),
    ...(vaultFile ? [[vaultFile.yaml.file, vaultFile.path] as const] : []),
  ])
}
