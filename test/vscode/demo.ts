import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageVsix } from '../../packages/vscode-ext/build/package-vsix.ts'
import { CodeServer } from './support/code-server.ts'
import { makeDemoWorkspace } from './support/demo-workspace.ts'

/** Opens code-server on a workspace of the demo fleet, with the extension installed, until Ctrl+C. */
const home = await mkdtemp(join(tmpdir(), 'nld-'))
try {
  execFileSync('sh', [fileURLToPath(new URL('support/install.sh', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await using workspace = await makeDemoWorkspace(home)
  const data = join(home, 'c')
  await mkdir(data)
  await writeFile(join(data, 'config.yaml'), 'auth: none\n')
  CodeServer.install(data, await packageVsix())
  await using server = await CodeServer.start({
    home: data,
    arguments: ['--disable-workspace-trust'],
    env: { NETLATCH_IDENTITY_FILE: workspace.identityFile },
  })
  const open = new URLSearchParams({
    folder: workspace.folder,
    payload: JSON.stringify([
      ['openFile', `vscode-remote://${new URL(server.url).host}${workspace.folder}/inventory.yaml`],
    ]),
  })
  process.stdout.write(`${workspace.fleet.places.length} simulated devices on loopback, none tested yet.\n`)
  process.stdout.write(
    `Open ${server.url}/?${open}\n\nThen: F1, Netlatch: Discover Credentials. Ctrl+C ends all of it.\n`,
  )
  if (!process.argv.includes('--once')) await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
}
