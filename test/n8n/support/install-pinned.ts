import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const exec = promisify(execFile)

export interface PinnedInstallation {
  /** A folder beside this one with package.json and package-lock.json. */
  readonly recipe: string
  /** The dependency that gives the folder its name. */
  readonly main: string
  /** Packages with native parts to build. */
  readonly rebuild?: readonly string[]
  /** The lock file lacks optional packages of other systems, which npm writes into none: `ci` would refuse it. @default false */
  readonly lacksOptional?: boolean
  readonly say?: (line: string) => void
}

/**
 * What a lock file says, in a folder outside the checkout, made once for each lock file. `NETLATCH_TEST_CACHE` names another place
 * for all of them. Interrupted, it is made anew.
 */
export async function installPinned({
  recipe,
  main,
  rebuild = [],
  lacksOptional = false,
  say,
}: PinnedInstallation): Promise<string> {
  const from = fileURLToPath(new URL(`../${recipe}`, import.meta.url))
  const lock = await readFile(join(from, 'package-lock.json'))
  const { dependencies } = JSON.parse(await readFile(join(from, 'package.json'), 'utf8'))
  const version = dependencies[main]
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const folder = join(cacheFolder(), `${main.replace(/^@/, '').replace('/', '-')}-${version}-${hash}`)
  if (existsSync(join(folder, '.complete'))) return folder
  const draft = `${folder}.${process.pid}`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) await cp(join(from, file), join(draft, file))
  say?.(`Installing ${main} ${version} into ${folder}; this takes some minutes, once.`)
  await npm(draft, [
    lacksOptional ? 'install' : 'ci',
    '--ignore-scripts',
    '--legacy-peer-deps',
    '--no-audit',
    '--no-fund',
  ])
  if (rebuild.length > 0) await npm(draft, ['rebuild', ...rebuild])
  await writeFile(join(draft, '.complete'), '')
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
  return folder
}

function cacheFolder(): string {
  const { NETLATCH_TEST_CACHE, XDG_CACHE_HOME } = process.env
  return NETLATCH_TEST_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'netlatch-tests')
}

async function npm(cwd: string, words: readonly string[]): Promise<void> {
  // What is built here builds against any headers of Node; the system's need no download.
  const headers = existsSync('/usr/include/node/config.gypi') ? { npm_config_nodedir: '/usr' } : {}
  await exec('npm', words, { cwd, maxBuffer: 2 ** 26, env: { ...process.env, ...headers } })
}
