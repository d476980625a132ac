import type { Problem } from '../../model.ts'
import { parseYaml, type YamlFile } from '../../workspace/yaml-file.ts'

// Ansible marks sealed values by a tag, and merge keys are common: both stand in values that are not read.
const harmless = new Set(['yaml-tag', 'yaml-merge', 'yaml-key', 'yaml-alias'])

/**
 * Reads a YAML file of another tool. What only our own files may not hold (tags, merge keys, keys that are numbers) is no
 * problem there. Larger than our own files: inventories that programs write are long.
 */
export function parseForeignYaml(text: string, file: string): YamlFile {
  const parsed = parseYaml(text, file, { maxBytes: 64 * 1024 * 1024 })
  const isProblem = ({ code, message }: Problem) => !harmless.has(code) || message.includes('grow')
  return { ...parsed, problems: parsed.problems.filter(isProblem) }
}
