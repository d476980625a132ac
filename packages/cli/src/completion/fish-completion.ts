import type { CompletedCommand, Values } from './completion-tree.ts'

/** To be sourced, or kept as `~/.config/fish/completions/netlatch.fish`. */
export function fishCompletion(tree: readonly CompletedCommand[]): string {
  const branches = tree.flatMap(({ path, commands }) =>
    commands.map(({ name }) => `      case ${quoted(`${path} ${name}`.trim())}\n        set path "$path $token"`),
  )
  const takesValue = [
    ...new Set(tree.flatMap(({ options }) => options.flatMap(({ flags, values }) => (values ? flags : [])))),
  ]
  return `# netlatch completion for fish:  netlatch completion fish | source
# The command that the words before the cursor lead to.
function __netlatch_path
  set -l tokens (commandline -opc)
  set -l path ''
  set -l skip 0
  for token in $tokens[2..-1]
    if test $skip -eq 1
      set skip 0
      continue
    end
    if contains -- $token ${takesValue.map(quoted).join(' ')}
      set skip 1
      continue
    end
    switch (string trim -- "$path $token")
${branches.join('\n')}
    end
  end
  string trim -- $path
end

function __netlatch_at
  test (__netlatch_path) = "$argv[1]"
end

function __netlatch_names
  set -l tokens (commandline -opc)
  set -l at (contains -i -- -C $tokens; or contains -i -- --workspace $tokens)
  set -l workspace
  test -n "$at"; and set workspace -C $tokens[(math $at + 1)]
  set -l kind $argv[1]
  set -l current (commandline -ct)
  set -l before (string replace -r '[^,]*$' '' -- $current)
  set -l term (string match -r '([a-z]+):[^,]*$' -- $current)
  if test "$kind" = selection; and test -n "$term[2]"
    set kind $term[2]
    set before "$before$kind:"
  end
  for name in (command netlatch $workspace complete-names $kind 2>/dev/null </dev/null)
    echo "$before$name"
  end
end

complete -c netlatch -f
${tree.flatMap(commandLines).join('\n')}
`
}

function commandLines({ path, commands, options, arguments: args }: CompletedCommand): string[] {
  const at = `complete -c netlatch -n ${quoted(`__netlatch_at ${quoted(path)}`)}`
  const [argument] = args
  return [
    ...commands.map(({ name, description }) => `${at} -a ${quoted(name)} -d ${quoted(description)}`),
    ...options.map(({ flags, description, values }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`))
      const taken = values ? ` -r${valuesText(values)}` : ''
      return `${at} ${names.join(' ')}${taken} -d ${quoted(description)}`
    }),
    ...(argument && argument.kind !== 'anything' ? [`${at}${valuesText(argument)}`] : []),
  ]
}

function valuesText(values: Values): string {
  if (values.kind === 'files') return ' -F'
  if (values.kind === 'names') return ` -f -a ${quoted(`(__netlatch_names ${values.of})`)}`
  return values.kind === 'words' ? ` -f -a ${quoted(values.words.join(' '))}` : ' -f'
}

/** fish knows no other escapes between single quotes than these two. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
