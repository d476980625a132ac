import { join } from 'node:path'
import { NetlatchError } from '../errors.ts'
import { type FileReader, isMissingFile } from '../workspace/file-reader.ts'
import { readIndex, type TemplateIndex } from './read-index.ts'
import { readTemplate } from './read-template.ts'
import type { Template } from './template.ts'
import type { Templates } from './templates.ts'

/** Templates in a folder with a file `index`, as the collection ntc-templates has it. Each is read once, when it is needed. */
export function templatesIn(folder: string, shown: string, files: FileReader): Templates {
  const read = new Map<string, Promise<Template>>()
  let index: Promise<TemplateIndex> | undefined
  const readOnce = async () => {
    const path = join(folder, 'index')
    const text = await files.readText(path).catch((error: unknown) => {
      if (!isMissingFile(error)) throw error
      const advice = 'Name a template, or make the index: Template, Hostname, Platform, Command.'
      throw new NetlatchError('FILE_UNREADABLE', `${shown}/index: is not there.`, { advice, cause: error })
    })
    return readIndex(text, `${shown}/index`)
  }
  const named = (name: string): Promise<Template> => {
    if (!/^\w[\w.-]*(?:\/\w[\w.-]*)*$/.test(name) || name.includes('..'))
      throw new NetlatchError('INPUT_INVALID', `"${name}" is no file of ${shown}/.`, {
        advice: 'Write it as show_version.textfsm.',
      })
    const known = read.get(name)
    if (known) return known
    const reading = files.readText(join(folder, name)).then((text) => readTemplate(text, `${shown}/${name}`))
    read.set(name, reading)
    return reading
  }
  return {
    named,
    find: async (request) => {
      index ??= readOnce()
      const name = (await index).find(request)
      return name === undefined ? undefined : named(name)
    },
  }
}
