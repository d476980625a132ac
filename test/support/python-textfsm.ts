import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('./python-textfsm.py', import.meta.url))

/** A Python that has the package `textfsm` (Debian: python3-textfsm); undefined without one. */
export function pythonWithTextFsm(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((python) => spawnSync(python, ['-c', 'import textfsm']).status === 0)
}

export interface PythonAnswer {
  readonly rows?: readonly unknown[]
  readonly error?: string
}

/** What the Python package makes of templates and texts. */
export function askPython(
  python: string,
  cases: readonly { readonly template: string; readonly text: string }[],
): readonly PythonAnswer[] {
  const input = cases.map(({ template, text }) => `${JSON.stringify({ template, text })}\n`).join('')
  const output = execFileSync(python, [script], { input, encoding: 'utf8', maxBuffer: 1 << 28 })
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PythonAnswer)
}
