import { rename, writeFile } from 'node:fs/promises'
import Mocha from 'mocha'
import { watchWindow } from './seen.ts'
import { type SuiteReport, suite } from './suite-context.ts'

/** Called by the extension host. The report is written at the very end, whole: without it nothing has passed. */
export async function run(): Promise<void> {
  // It says nothing by itself: the launcher prints what the report says, and counts.
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 120_000,
    color: false,
    grep: suite.only || undefined,
    reporter: Mocha.reporters.Base,
  })
  mocha.suite.emit('pre-require', globalThis, '', mocha)
  watchWindow()
  // In this order: each one goes on from what the ones before have left in the state.
  await import('./annotations.test.ts')
  await import('./planted-leaks.test.ts')
  await import('./language.test.ts')
  await import('./quick-fixes.test.ts')
  await import('./discovery.test.ts')
  await import('./fixes-of-results.test.ts')
  await import('./devices.test.ts')
  await import('./credentials.test.ts')
  await import('./views.test.ts')
  await import('./commands.test.ts')
  await import('./surroundings.test.ts')
  await import('./unread-text.test.ts')
  await import('./yaml-schemas.test.ts')
  await import('./tools.test.ts')
  await import('./closed-folder.test.ts')
  await import('./typing.test.ts')
  await import('./locking.test.ts')
  await import('./restricted-mode.test.ts')
  await import('./whole-suite.test.ts')
  const passes: string[] = []
  const failures: { title: string; error: string }[] = []
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve())
    runner.on('pass', (test) => {
      console.log(`✔ ${test.fullTitle()} (${test.duration} ms)`)
      passes.push(test.fullTitle())
    })
    runner.on('fail', (test, error: Error) =>
      failures.push({ title: test.fullTitle(), error: error.stack ?? String(error) }),
    )
  })
  const report: SuiteReport = { passes, failures }
  await writeFile(`${suite.report}.part`, JSON.stringify(report))
  await rename(`${suite.report}.part`, suite.report)
  if (failures.length > 0) throw new Error(`${failures.length} tests failed`)
}
