import { NetlatchError } from '../errors.ts'
import type { DiffLabels, TextDiff } from './archive.ts'
import { isObjectId } from './git-commit.ts'
import type { Git } from './git-process.ts'

/** Git's own unified diff of two blobs, under names that a person knows them by. */
export async function diffBlobs(git: Git, from: string, to: string, labels: DiffLabels): Promise<TextDiff> {
  const unknown = [from, to].find((blob) => !isObjectId(blob))
  if (unknown !== undefined) throw new NetlatchError('NOT_FOUND', `no blob ${unknown}.`)
  const how = ['--no-ext-diff', '--no-textconv', '--no-color', '--text', '--unified=3', '--diff-algorithm=histogram']
  const printed = await git.run(['diff', ...how, from, to])
  const start = printed.indexOf('\n@@')
  return labelled(start === -1 ? '' : printed.slice(start + 1), labels)
}

/** The same for a text that came or went as a whole: a first backup needs no process. */
export function diffWithNothing(text: string, added: boolean, labels: DiffLabels): TextDiff {
  const lines = text.split('\n')
  const ended = lines.at(-1) === ''
  if (ended) lines.pop()
  if (lines.length === 0) return labelled('', labels)
  const range = lines.length === 1 ? '1' : `1,${lines.length}`
  const body = lines.map((line) => `${added ? '+' : '-'}${line}\n`).join('')
  const head = added ? `@@ -0,0 +${range} @@\n` : `@@ -${range} +0,0 @@\n`
  return labelled(`${head}${body}${ended ? '' : '\\ No newline at end of file\n'}`, labels)
}

function labelled(hunks: string, labels: DiffLabels): TextDiff {
  if (hunks === '') return { text: '', linesAdded: 0, linesRemoved: 0 }
  const count = (sign: string) => hunks.split('\n').filter((line) => line.startsWith(sign)).length
  return {
    text: `--- ${labels.from}\n+++ ${labels.to}\n${hunks}`,
    linesAdded: count('+'),
    linesRemoved: count('-'),
  }
}
