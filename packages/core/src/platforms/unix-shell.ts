/**
 * What a Unix login shell has in common on all kinds of devices. Sources: bash and dash manuals (PS1), iproute2's ip(8).
 */
export const shellPrompt = '(?:\\[?[\\w.-]{1,32}@)?(?<host>[\\w.-]{1,64})?[^$#%>]{0,120}[$#%>]'

export const shellPrivileges = [
  { privilege: 'privileged', prompt: '#$' },
  { privilege: 'user', prompt: '[$%>]$' },
] as const

export const shellPaging = [
  { prompt: '--More--(?:\\(\\d{1,3}%\\))?', answer: ' ' },
  { prompt: '\\(END\\)', answer: 'q' },
] as const

/** Nothing of a run stays in the user's history, nothing is paged, messages are English. */
export const shellOnOpen = ['export PAGER=cat SYSTEMD_PAGER=cat LC_ALL=C HISTFILE=/dev/null'] as const

export const shellReads = [
  'uname(?: -[asnrvmpio]+){0,20}',
  '(?:uptime|id|whoami|hostname|lsblk|lscpu|date|nproc|who|w|mount|dmesg)',
  'hostname -[fsIid]',
  '(?:cat|head|tail|wc|ls|stat|sha256sum|md5sum)(?: -(?:[alhLR1ntcl]+|\\d+|n \\d+)){0,20}(?: [\\w./@%+=,:~][\\w./@%+=,:~-]*){1,20}',
  'ls(?: -[alhLR1t]+){0,20}',
  'df(?: -[hTi]+){0,20}(?: /[\\w./-]*)?',
  'free(?: -[hbkmg]+)?',
  'ps(?: (?:-?[aefuxlwH]+)){0,20}',
  'ss(?: -[antulpeimso46H]+){0,20}',
  'netstat(?: -[antulperisgc]+){0,20}',
  'ip(?: -(?:4|6|brief|br|details|d|s|statistics|o|oneline|j|json|color=never)){0,20} (?:a|addr|address|l|link|r|route|n|neigh|neighbor|neighbour|ru|rule|vrf|maddr)(?: (?:show|sh|list|ls|get)(?: [\\w./:@-]+){0,20})?',
  'sysctl (?:-a|[\\w.]+)',
  'systemctl(?: --no-pager){0,20} (?:status|list-units|list-timers|is-active|is-enabled|show)(?: [\\w@.-]+){0,20}',
  'journalctl --no-pager(?: -[bkn] ?\\d{1,5}| -u [\\w@.-]+){0,3}',
  'ping -c ?\\d{1,2} [\\w.:-]+',
  'traceroute(?: -n)? [\\w.:-]+',
  'echo "?[\\w# .,:-]*"?',
] as const

export const shellFilters = [
  'grep(?: -[cEivnwF]+){0,20} (?:-- )?(?:[\\w.,:/@=^-]+|"[\\w.,:/@=^ -]+")',
  'wc(?: -[lwc])?',
  '(?:head|tail)(?: -?(?:n )?\\d+)?',
  'sort(?: -[nru]+)?',
  'uniq(?: -c)?',
] as const

export const shellErrors = [
  '^(?:-?(?:ba|da|z|k|a|t?c)?sh|-?\\w{1,12}sh): .{1,200}: (?:command )?not found',
  '^(?:-?(?:ba|da|z|k|a|t?c)?sh): .{0,200}(?:syntax error|Permission denied)',
  '^(?:cat|ls|head|tail|ip|stat): .{1,200}(?:No such file or directory|Permission denied|not permitted)',
  'command not found$',
] as const

/** The shell writes the last line of a capture, so that a cut of the session shows. */
export const endOfFiles = 'echo "# end of configuration"'
export const afterFiles = { by: 'end-marker', pattern: '^# end of configuration$', echoed: true } as const

/** wc(1), of a file or of a pipe. */
export const countOfLines = '^ *(?<lines>\\d{1,9})(?: |$)'
