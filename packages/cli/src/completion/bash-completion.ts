import type { CompletedCommand } from './completion-tree.ts'
import { shFunctions } from './sh-functions.ts'

/** For bash 3.2 and later. Names are compared, never expanded. */
export function bashCompletion(tree: readonly CompletedCommand[]): string {
  return `# netlatch completion for bash:  source <(netlatch completion bash)
${shFunctions(tree)}

# Lines of standard input that start with $1; $2 goes before each.
_netlatch_offer() {
  local line name
  while IFS= read -r line; do
    name=\${line%%	*}
    if [ -n "$name" ] && [ "\${name#"$1"}" != "$name" -o -z "$1" ]; then COMPREPLY+=("$2$name"); fi
  done
}

_netlatch() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' takes before=''
  local _netlatch_path _netlatch_count _netlatch_workspace _netlatch_takes
  COMPREPLY=()
  _netlatch_locate "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  takes=$_netlatch_takes
  if [ -z "$takes" ]; then
    case $cur in
      -*)
        _netlatch_offer "$cur" '' <<<"$(_netlatch_options "$_netlatch_path")"
        return
        ;;
    esac
    if [ "$_netlatch_count" -eq 0 ]; then _netlatch_offer "$cur" '' <<<"$(_netlatch_commands "$_netlatch_path")"; fi
    takes=$(_netlatch_next)
  fi
  # bash takes the colon for the end of a word: 'site:f' arrives as three.
  if [ "$takes" = 'names selection' ]; then
    prev=\${COMP_WORDS[COMP_CWORD - 1]}
    if [ "$cur" = ':' ]; then
      takes="names $prev" cur=''
    elif [ "$prev" = ':' ] && [ "$COMP_CWORD" -gt 2 ]; then
      takes="names \${COMP_WORDS[COMP_CWORD - 2]}"
    fi
  fi
  case $takes in
    names\\ *)
      case $cur in *,*) before=\${cur%,*}, cur=\${cur##*,} ;; esac
      _netlatch_offer "$cur" "$before" <<<"$(_netlatch_names "\${takes#names }")"
      ;;
    words\\ *) _netlatch_offer "$cur" '' <<<"$(printf '%s\\n' \${takes#words })" ;;
    files)
      compopt -o filenames 2>/dev/null
      while IFS= read -r prev; do COMPREPLY+=("$prev"); done < <(compgen -f -- "$cur")
      ;;
  esac
}

complete -F _netlatch netlatch
`
}
