import type { CompletedCommand, Values } from './completion-tree.ts'
import { caseOf } from './shell-text.ts'

/**
 * The tree as functions that bash and zsh share: each prints lines. `_netlatch_values '<path> <flag>'` and `_netlatch_values
 * '<path> <number>'` print one word of what may stand there: `names credential`, `files`, `words a b`.
 */
export function shFunctions(tree: readonly CompletedCommand[]): string {
  const described = (name: string, description: string) => `${name}\t${description}`
  const commands = tree.map(({ path, commands: below }) => {
    return [path, below.map(({ name, description }) => described(name, description))] as const
  })
  const options = tree.map(({ path, options: of }) => {
    return [path, of.flatMap(({ flags, description }) => flags.map((flag) => described(flag, description)))] as const
  })
  const values = tree.flatMap(({ path, options: of, arguments: args }) => [
    ...of.flatMap(({ flags, values: taken }) =>
      taken ? flags.map((flag) => [`${path} ${flag}`, [valuesText(taken)]] as const) : [],
    ),
    ...args.map((argument, index) => [`${path} ${index + 1}`, [valuesText(argument)]] as const),
  ])
  const counts = tree.map(
    ({ path, arguments: args }) => [path, args.length === 0 ? [] : [String(args.length)]] as const,
  )
  return `_netlatch_commands() {
${caseOf(commands)}
}

_netlatch_options() {
${caseOf(options)}
}

_netlatch_values() {
${caseOf(values)}
}

_netlatch_arguments() {
${caseOf(counts)}
}

# The command that the words before the cursor lead to, and how many arguments it has by now.
_netlatch_locate() {
  _netlatch_path='' _netlatch_count=0 _netlatch_workspace='' _netlatch_takes=''
  local word takes='' line key
  for word in "$@"; do
    if [ -n "$takes" ]; then
      case $takes in -C | --workspace) _netlatch_workspace=$word ;; esac
      takes=''
      continue
    fi
    case $word in
      --) _netlatch_takes='anything' && return ;;
      -*)
        if [ -n "$(_netlatch_values "$_netlatch_path $word")" ]; then takes=$word; fi
        continue
        ;;
    esac
    key=''
    while IFS= read -r line; do
      if [ "\${line%%	*}" = "$word" ]; then key=$word; fi
    done <<EOT
$(_netlatch_commands "$_netlatch_path")
EOT
    if [ -n "$key" ]; then
      _netlatch_path=\${_netlatch_path:+$_netlatch_path }$key
    else
      _netlatch_count=$((_netlatch_count + 1))
    fi
  done
  if [ -n "$takes" ]; then _netlatch_takes=$(_netlatch_values "$_netlatch_path $takes"); fi
}

# What the next argument may be; the last one can be repeated.
_netlatch_next() {
  local most number
  most=$(_netlatch_arguments "$_netlatch_path")
  number=$((_netlatch_count + 1))
  if [ "$number" -gt "\${most:-0}" ]; then number=\${most:-0}; fi
  _netlatch_values "$_netlatch_path $number"
}

_netlatch_names() {
  if [ -n "$_netlatch_workspace" ]; then
    command netlatch -C "$_netlatch_workspace" complete-names "$1" 2>/dev/null </dev/null
  else
    command netlatch complete-names "$1" 2>/dev/null </dev/null
  fi
}`
}

function valuesText(values: Values): string {
  if (values.kind === 'names') return `names ${values.of}`
  return values.kind === 'words' ? `words ${values.words.join(' ')}` : values.kind
}
