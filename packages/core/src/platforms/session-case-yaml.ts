import type { SessionCase } from './session-case.ts'

/** A case as session.yaml says it: every line that a device showed on a line of its own. */
export function sessionCaseYaml({ output: _, script, ...what }: SessionCase): string {
  const list = (key: string, items: readonly string[] | undefined) =>
    items === undefined ? [] : [`${key}:`, ...items.map((item) => `  - ${quoted(item)}`)]
  return `${[
    `about: ${quoted(what.about)}`,
    ...(what.recorded ? ['recorded: true'] : []),
    `platform: ${what.platform}`,
    `prompt: ${quoted(what.prompt)}`,
    ...(what.hostname === undefined ? [] : [`hostname: ${quoted(what.hostname)}`]),
    `privilege: ${what.privilege}`,
    'script:',
    ...script.flatMap(stepLines),
    ...list('commands', what.commands),
    ...list('hidden', what.hidden),
    ...list('kept', what.kept),
  ].join('\n')}\n`
}

function stepLines({ sent, shows, repeats }: SessionCase['script'][number]): readonly string[] {
  const lines = shows.match(/[^\n]*\n|[^\n]+$/g) ?? ['']
  const shown = ['shows:', ...lines.map((line) => `  - ${quoted(line)}`)]
  const all = [
    ...(sent === undefined ? [] : [`sent: ${quoted(sent)}`]),
    ...shown,
    ...(repeats ? ['repeats: true'] : []),
  ]
  return all.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`)
}

/** JSON's strings are YAML's, but for characters that YAML takes for line ends or refuses. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
