/** What a text looks like, whatever its file is called. */
export type SourceShape =
  | 'empty'
  | 'binary'
  | 'script'
  | 'markup'
  | 'json'
  | 'yaml'
  | 'users'
  | 'ini'
  | 'ssh-config'
  | 'text'

/** As messages say it: `hosts.ini: an INI file, …` */
export const shapeTitles: Readonly<Record<SourceShape, string>> = {
  empty: 'an empty file',
  binary: 'no text in UTF-8',
  script: 'a script',
  markup: 'a web page or XML',
  json: 'JSON',
  yaml: 'YAML',
  users: 'a list of users',
  ini: 'an INI file',
  'ssh-config': 'a configuration of OpenSSH',
  text: 'text',
}

/** Looks at the first lines that say something; `text` is what none of the others is. */
export function shapeOf(text: string): SourceShape {
  const source = text.replace(/^\uFEFF/, '')
  // A pipe is decoded on its way here: what was no UTF-8 has become this sign.
  if (/[\0\uFFFD]/.test(source)) return 'binary'
  if (source.startsWith('#!')) return 'script'
  const lines = source.split(/\r?\n/).filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line))
  const [first, second] = lines
  if (first === undefined) return 'empty'
  if (/^\s*<[!?a-z]/i.test(first)) return 'markup'
  if (/^\s*\{/.test(first) || isJson(source)) return 'json'
  if (isYaml(first, second)) return 'yaml'
  if (lines.every((line) => userLine.test(line))) return 'users'
  if (lines.some((line) => iniLine.test(line))) return 'ini'
  return lines.some((line) => /^\s*Host[ \t=]\s*\S/i.test(line)) ? 'ssh-config' : 'text'
}

/** As in passwd(5): an id, a group and a home are what no list of devices has at these places. */
const userLine = /^[^:\s]+:[^:]*:\d+:\d+:[^:]*:\/[^:]*:[^:]*$/

/** A section, or a host with variables behind it as Ansible writes them. */
const iniLine = /^\s*\[[^\]]+\]\s*(?:[#;].*)?$|\sansible_\w+\s*=/

function isJson(text: string): boolean {
  if (!/^\s*\[/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    // An INI section begins with a bracket, too.
    return false
  }
}

/** A key with a value behind a space, or with something below it; columns of a table have neither. */
function isYaml(first: string, second = ''): boolean {
  if (/^(?:---|%YAML|- \S)/.test(first)) return true
  if (/^(?:"[^"]*"|'[^']*'|[^\s#:;,|"'[]+):\s+\S/.test(first)) return true
  return /^(?:"[^"]*"|'[^']*'|[^\s#:;,|"'[]+):\s*$/.test(first) && /^(?:\s+\S|- )/.test(second)
}
