import { type ChangedCandidates, type ChangeGroup, foldNamesShort } from '@netlatch/core'
import { count } from './plan-text.ts'

/** `2 files changed · 214 of 11,942 devices get other candidates` */
export function changesHeading({ files, changes, devices }: ChangedCandidates): string {
  const among = `${changes.length.toLocaleString('en-US')} of ${count(devices, 'device')}`
  return `${count(files.length, 'file')} changed · ${among} get other candidates`
}

export function changesNotes({ problemsBefore, since }: ChangedCandidates): readonly string[] {
  if (problemsBefore.length === 0) return []
  const mistakes = count(problemsBefore.length, 'mistake')
  return [`The files of ${since.revision} have ${mistakes}: what they spoil is missing from this comparison.`]
}

/** The texts of the causes, and their places. */
export function becauseOf({ because }: ChangeGroup): readonly [text: string, places: string] {
  const places = because.map(({ at, isGone }) => `${at.file}:${at.line}${isGone ? ' (before)' : ''}`)
  return [because.map(({ text }) => text).join(', '), places.join(', ')]
}

/** Names of a group that are written out before the rest is a number. */
const mostNames = 20

/** The comment in a pull request. */
export function changesMarkdown(found: ChangedCandidates): string {
  const { groups, noCandidate, since, until } = found
  const range = `${since.revision} (${since.commit.slice(0, 10)}) → ${until ? until.revision : 'now'}`
  const rows = groups.map((group) => {
    const [text, places] = becauseOf(group)
    const cells = [group.change, text, places].map(cell)
    return `| ${group.devices.length} | ${cells.join(' | ')} | ${cell(foldNamesShort(group.devices, mostNames))} |`
  })
  return [
    `### Netlatch: ${changesHeading(found)}`,
    '',
    cell(range),
    ...changesNotes(found).map((note) => `\n${cell(note)}`),
    ...(rows.length > 0
      ? ['', '| devices | change | because | where | names |', '|---:|---|---|---|---|', ...rows]
      : []),
    ...(noCandidate.length > 0
      ? [
          '',
          `**${count(noCandidate.length, 'device')} would have no candidate:** ${cell(foldNamesShort(noCandidate, mostNames))}`,
        ]
      : []),
    '',
  ].join('\n')
}

/** Names and tags are other people's text: nothing in them becomes a link, a mention or HTML. */
function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#|!~&@]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\s+/g, ' ')
}
