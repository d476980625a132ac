import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { emptyInventory, exampleInventory } from './example-inventory.ts'
import type { ForeignInventory } from './workspace.ts'

const settings = `# Settings of this workspace. Every key has a default; uncomment what you change.

# inventory: [inventory.yaml]          # files or globs
# credentials: credentials.yaml        # the vault
# known_hosts: known_hosts             # OpenSSH format, reviewed like the rest
# state: sqlite:.netlatch/state.db     # not committed
# backups: backups.git                 # a bare git repository, not committed; or { repository, branch, push, redaction, startup }
# jobs: [jobs/*.yaml]                  # commands for a selection: netlatch jobs
# platforms: [platforms/*.yaml]        # command lines that are not built in: netlatch platforms
# textfsm: templates                   # a folder of TextFSM templates with an index

# Who counts failed logins. Declaring a login server and its threshold makes discovery faster and exact.
# realms:
#   tacacs-core: { kind: server, lockout_threshold: 5 }

# jump_hosts:
#   bastion: { host: 192.0.2.10, credential: bastion-key }

# host_keys: strict                    # or accept-new
# limits: { concurrency: 64, per_site: 16, per_device: 2, connects_per_second: 50 }
`

const ignored = ['.netlatch/', 'backups.git/']

export interface CreateWorkspaceOptions {
  /** Two devices as a pattern, which nothing connects to. @default true */
  readonly examples?: boolean
  /** Another tool's inventory, read in place of an inventory.yaml. */
  readonly inventory?: ForeignInventory
}

export interface CreatedWorkspace {
  readonly folder: string
  /** Names of the files that were made. */
  readonly created: readonly string[]
  /** Names of the files that were there before and stayed as they are. */
  readonly kept: readonly string[]
}

/**
 * Makes the files of a workspace that need no secret; what is there already stays untouched. `.gitignore` gets the lines
 * it lacks. Throws FILE_UNREADABLE when the folder cannot be written.
 */
export async function createWorkspace(
  folder: string,
  { examples = true, inventory }: CreateWorkspaceOptions = {},
): Promise<CreatedWorkspace> {
  const created: string[] = []
  const kept: string[] = []
  const write = async (name: string, text: string) => {
    try {
      await writeFile(join(folder, name), text, { flag: 'wx' })
      created.push(name)
    } catch (cause) {
      if (!isCode(cause, 'EEXIST')) throw unwritable(folder, cause)
      kept.push(name)
    }
  }
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw unwritable(folder, cause)
  })
  await write(
    'netlatch.yaml',
    inventory ? settings.replace(/^# inventory: .*$/m, () => inventoryLine(inventory)) : settings,
  )
  if (!inventory) await write('inventory.yaml', examples ? exampleInventory : emptyInventory)
  await write('known_hosts', '')
  await ignore(folder, created)
  return { folder, created, kept }
}

function inventoryLine({ format, path }: ForeignInventory): string {
  // What could mean something in YAML stands in quotes.
  return `inventory: [{ format: ${format}, path: ${/^[\w./-]+$/.test(path) ? path : JSON.stringify(path)} }]`
}

async function ignore(folder: string, created: string[]): Promise<void> {
  const path = join(folder, '.gitignore')
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (isCode(cause, 'ENOENT')) return ''
    throw unwritable(folder, cause)
  })
  const missing = ignored.filter((line) => !text.split(/\r?\n/).includes(line))
  if (missing.length === 0) return
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  await writeFile(path, `${text}${gap}${missing.join('\n')}\n`)
  created.push('.gitignore')
}

function unwritable(folder: string, cause: unknown): NetlatchError {
  return new NetlatchError('FILE_UNREADABLE', `${folder}: cannot be written.`, {
    cause,
    advice: 'Check the folder and its rights.',
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
