import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const exec = promisify(execFile)
const recipe = fileURLToPath(new URL('../installation', import.meta.url))

/**
 * The pinned n8n, in a folder outside the checkout: 2.2 GB, made once for each lock file. `NETLATCH_TEST_CACHE` names another place
 * for it. Interrupted, it is made anew.
 */
export async function installN8n(say: (line: string) => void = () => undefined): Promise<string> {
  const lock = await readFile(join(recipe, 'package-lock.json'))
  const { dependencies } = JSON.parse(await readFile(join(recipe, 'package.json'), 'utf8'))
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12)
  const folder = join(cacheFolder(), `n8n-${dependencies.n8n}-${hash}`)
  if (existsSync(join(folder, '.complete'))) return folder
  const draft = `${folder}.${process.pid}`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) await cp(join(recipe, file), join(draft, file))
  say(`Installing n8n ${dependencies.n8n} into ${folder}; this takes some minutes, once.`)
  await npm(draft, ['ci', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'])
  say('Building its SQLite.')
  await npm(draft, ['rebuild', 'sqlite3'])
  await writeFile(join(draft, '.complete'), '')
  await rm(folder, { recursive: true, force: true })
  await rename(draft, folder)
  return folder
}

/** Where what is installed for tests stays between runs. */
export function cacheFolder(): string {
  const { NETLATCH_TEST_CACHE, XDG_CACHE_HOME } = process.env
  return NETLATCH_TEST_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'netlatch-tests')
}

async function npm(cwd: string, words: readonly string[]): Promise<void> {
  // n8n's SQLite builds against any headers of Node; the system's need no download.
  const headers = existsSync('/usr/include/node/config.gypi') ? { npm_config_nodedir: '/usr' } : {}
  await exec('npm', words, { cwd, maxBuffer: 2 ** 26, env: { ...process.env, ...headers } })
}

if (import.meta.main) process.stdout.write(`${await installN8n((line) => process.stderr.write(`${line}\n`))}\n`)
