import { join } from 'node:path'
import type { Problem } from '../model.ts'
import { diskFiles, type FileReader } from '../workspace/file-reader.ts'
import { checkSchema } from '../workspace/problems-from-schema.ts'
import { parseYaml } from '../workspace/yaml-file.ts'
import { type SessionCaseFile, sessionCaseSchema } from './session-case-schema.ts'

export const sessionFileName = 'session.yaml'
/** What the commands of a case gave, without the answer of a witness. */
export const outputFileName = 'running-config.txt'

/** A recorded session, ready to be replayed. */
export interface SessionCase extends Omit<SessionCaseFile, 'script'> {
  readonly script: readonly { readonly sent?: string; readonly shows: string; readonly repeats: boolean }[]
  /** What running-config.txt has. */
  readonly output: string
}

/** Reads the case in a folder. Throws FILE_UNREADABLE; what is wrong in session.yaml are problems. */
export async function readSessionCase(
  folder: string,
  shown: string,
  files: FileReader = diskFiles,
): Promise<{ readonly session?: SessionCase; readonly problems: readonly Problem[] }> {
  const source = parseYaml(await files.readText(join(folder, sessionFileName)), `${shown}/${sessionFileName}`)
  const { data, problems } = checkSchema(sessionCaseSchema, source, [], '')
  if (!data || source.problems.length > 0) return { problems: [...source.problems, ...problems] }
  const output = await files.readText(join(folder, outputFileName))
  const script = await Promise.all(
    data.script.map(async ({ sent, shows, repeats = false }) => {
      const parts = await Promise.all([shows].flat().map((part) => textOf(part, folder, files)))
      return { ...(sent !== undefined && { sent }), shows: parts.join(''), repeats }
    }),
  )
  return { session: { ...data, script, output }, problems: [] }
}

type Shown = Exclude<SessionCaseFile['script'][number]['shows'], readonly unknown[]>

async function textOf(part: Shown, folder: string, files: FileReader): Promise<string> {
  if (typeof part === 'string') return part
  return (await files.readText(join(folder, part.file))).replaceAll('\n', part.lineEnd)
}
