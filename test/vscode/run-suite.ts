import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTests } from '@vscode/test-electron'
import { build } from 'esbuild'
import { bundleExtension, bundleOptions, extensionFolder } from '../../packages/vscode-ext/build/bundle.ts'
import type { SuiteContext, SuiteReport } from './suite/suite-context.ts'
import { findDesktop } from './support/find-desktop.ts'
import { findLeaks } from './support/find-leaks.ts'
import { controlFleet } from './support/fleet-control.ts'
import { makeTestWorkspace } from './support/test-workspace.ts'

/**
 * Runs the suite inside a real extension host: of the desktop that VSCODE_TEST_EXECUTABLE names (`download` fetches one,
 * `code-server` takes none), of an installed one, else of code-server. It passes only on a report that the suite wrote to its end.
 */
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const home = await mkdtemp(join(tmpdir(), 'nlv-'))
try {
  process.exitCode = (await run()) ? 0 : 1
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 5 })
}

async function run(): Promise<boolean> {
  await bundleExtension()
  // Inside the extension's folder, so that both have one `vscode`: answers to its questions can be given in advance.
  const suite = join(extensionFolder, 'suite/suite.js')
  await build({
    ...bundleOptions,
    entryPoints: [here('suite/run.ts')],
    outfile: suite,
    external: [...bundleOptions.external, 'mocha'],
  })
  await using workspace = await makeTestWorkspace(home)
  await using control = await controlFleet(workspace.fleet)
  const branch = join(home, 'branch')
  await mkdir(branch)
  await writeFile(
    join(branch, 'inventory.yaml'),
    'devices:\n  branch-1: { host: 127.0.0.1, platform: cisco_ios, site: branch }\n',
  )
  await writeFile(join(branch, 'netlatch.yaml'), 'inventory: [inventory.yaml, more/*.yaml]\n')
  await mkdir(join(branch, 'more'))
  for (let index = 1; index <= 20; index += 1)
    await writeFile(
      join(branch, `more/${index}.yaml`),
      `devices:\n  more-${index}: { host: 127.0.0.1, platform: cisco_ios, site: branch }\n`,
    )
  const foreign = join(home, 'foreign')
  await mkdir(join(foreign, 'inventory'), { recursive: true })
  await writeFile(
    join(foreign, 'inventory/hosts.yaml'),
    'nr-1:\n  hostname: 127.0.0.1\n  platform: ios\nnr-2:\n  hostname: 127.0.0.2\n  platform: eos\n  password: left-behind\n',
  )
  const window = join(home, 'test.code-workspace')
  await writeFile(window, JSON.stringify({ folders: [{ path: 'net' }] }))
  const report = join(home, 'report.json')
  const data = join(home, 'w')
  const { folder, identityFile, secrets } = workspace
  const inDevices = await Promise.all(
    workspace.fleet.places.map(({ name }) => workspace.fleet.ask('plantedSecrets', name)),
  )
  const [identity = ''] = (await readFile(identityFile, 'utf8')).match(/^AGE-SECRET-KEY-.+$/m) ?? []
  const needles = [...Object.values(secrets), ...new Set(inDevices.flat()), identity]
  const planted = randomBytes(15).toString('base64url')
  const context: SuiteContext = {
    folder,
    branch,
    foreign,
    fleet: control.url,
    report,
    secrets,
    needles,
    planted,
    node: process.execPath,
    cli: here('../../packages/cli/bin/netlatch.js'),
    only: process.argv[2] ?? '',
  }
  const executable = await editor(data)
  process.stdout.write(`In ${executable === 'download' ? 'a VS Code that is downloaded' : executable}\n`)
  const started = performance.now()
  const failed = await runTests({
    ...(executable === 'download' ? {} : { vscodeExecutablePath: executable }),
    extensionDevelopmentPath: extensionFolder,
    extensionTestsPath: suite,
    launchArgs: [window, `--user-data-dir=${join(data, 'data')}`, '--log=netlatch.netlatch:trace'],
    extensionTestsEnv: {
      NETLATCH_SUITE: JSON.stringify(context),
      NETLATCH_IDENTITY_FILE: identityFile,
      CODE_STAND_IN_HOME: data,
    },
  }).then(
    () => undefined,
    (error: unknown) => error,
  )
  const found = await readReport(report)
  if (!found) {
    process.stdout.write(
      `  0 passing\n  1 failing\n\nThe suite wrote no report: the extension host ended before it. ${String(failed ?? '')}\n`,
    )
    return false
  }
  // Last, of everything the window has kept: a secret in a log or a stored state is a leak.
  const leaks = await findLeaks([data, folder], needles)
  const plantedIn = await findLeaks([data], [planted])
  // The log at its lowest level, and where this VS Code keeps the state of extensions: in a database, or in the browser.
  const places = [/[/\\]Netlatch\.log$/, /[/\\](?:state\.vscdb|browser-storage\.json)$/]
  const isLookingWell = places.every((place) => plantedIn.some((path) => place.test(path)))
  print(found, leaks, isLookingWell, performance.now() - started)
  return (
    found.failures.length === 0 &&
    found.passes.length > 0 &&
    leaks.length === 0 &&
    isLookingWell &&
    failed === undefined
  )
}

async function editor(data: string): Promise<string> {
  const named = process.env.VSCODE_TEST_EXECUTABLE ?? ''
  const desktop = named === '' ? await findDesktop() : named === 'code-server' ? undefined : named
  if (desktop !== undefined) return desktop
  execFileSync('sh', [here('support/install.sh')], { stdio: ['ignore', 'ignore', 'inherit'] })
  await mkdir(data, { recursive: true })
  const script = join(home, 'code-server')
  // A program that takes the arguments of the desktop's.
  await writeFile(script, `#!/bin/sh\nexec '${process.execPath}' '${here('support/code-stand-in.ts')}' "$@"\n`)
  await chmod(script, 0o755)
  return script
}

async function readReport(path: string): Promise<SuiteReport | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as SuiteReport)
}

function print({ passes, failures }: SuiteReport, leaks: readonly string[], isLookingWell: boolean, ms: number): void {
  const canary = [
    ...leaks.map((path) => ({ title: `leaves no secret in ${path}`, error: 'a secret stands in it' })),
    ...(isLookingWell
      ? []
      : [{ title: 'finds planted leaks in the log and the stored state', error: 'they were not found' }]),
  ]
  const bad = [...failures, ...canary]
  for (const title of passes) process.stdout.write(`    ✔ ${title}\n`)
  for (const { title } of bad) process.stdout.write(`    ✗ ${title}\n`)
  const good = passes.length + (canary.length === 0 ? 2 : 0)
  process.stdout.write(`\n  ${good} passing (${Math.round(ms / 1000)}s)\n`)
  if (bad.length > 0) process.stdout.write(`  ${bad.length} failing\n`)
  // Behind the counts, as Mocha does: whoever reads the end of a log finds them.
  for (const { title, error } of bad)
    process.stdout.write(`\n  ✗ ${title}\n      ${error.replaceAll('\n', '\n      ')}\n`)
}
