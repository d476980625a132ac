import type { CompletedCommand } from './completion-tree.ts'
import { shFunctions } from './sh-functions.ts'

/** To be sourced after compinit, or kept as `_netlatch` in a folder of `fpath`. */
export function zshCompletion(tree: readonly CompletedCommand[]): string {
  return `#compdef netlatch
# netlatch completion for zsh:  source <(netlatch completion zsh)
${shFunctions(tree)}

# Lines of 'name<tab>description' as the list of completions.
_netlatch_describe() {
  local -a described
  local line name tab=$'\\t'
  for line in "\${(@f)2}"; do
    name=\${line%%$tab*}
    [[ -n $name ]] && described+=("\${name//:/\\\\:}:\${line#*$tab}")
  done
  (( \${#described} )) && _describe -t "$1" "$1" described
}

_netlatch() {
  emulate -L zsh -o extended_glob
  local takes kind before=''
  local _netlatch_path _netlatch_count _netlatch_workspace _netlatch_takes
  _netlatch_locate "\${(@)words[2,CURRENT-1]}"
  takes=$_netlatch_takes
  if [[ -z $takes ]]; then
    if [[ $PREFIX == -* ]]; then
      _netlatch_describe option "$(_netlatch_options "$_netlatch_path")"
      return
    fi
    (( _netlatch_count == 0 )) && _netlatch_describe command "$(_netlatch_commands "$_netlatch_path")"
    takes=$(_netlatch_next)
  fi
  case $takes in
    names\\ *)
      kind=\${takes#names }
      compset -P '*,'
      if [[ $kind == selection && $PREFIX == [a-z]##:* ]]; then
        kind=\${PREFIX%%:*}
        compset -P '*:'
      fi
      compadd -- "\${(@f)$(_netlatch_names "$kind")}"
      ;;
    words\\ *) compadd -- \${=takes#words } ;;
    files) _files ;;
  esac
}

if [[ \${funcstack[1]} == _netlatch ]]; then
  _netlatch "$@"
else
  compdef _netlatch netlatch
fi
`
}
