import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/**
 * A Unix login shell. What is saved is what every user may read: release, hosts, addresses, routes; its last line is written by
 * the shell, so that a cut shows. Sources: bash and dash manuals (PS1), iproute2's ip(8), proc(5).
 */
export const linux = {
  name: 'linux',
  title: 'Linux shell',
  prompt: '(?:\\[?[\\w.-]{1,32}@)?(?<host>[\\w.-]{1,64})?[^$#%>]{0,120}[$#%>]',
  privileges: [
    { privilege: 'privileged', prompt: '#$' },
    { privilege: 'user', prompt: '[$%>]$' },
  ],
  // A shell without a line editor (dash, ash) never repeats what was typed ahead behind its prompt.
  typeAhead: 'lost',
  // Nothing of a run stays in the user's history, nothing is paged, messages are English.
  onOpen: ['export PAGER=cat SYSTEMD_PAGER=cat LC_ALL=C HISTFILE=/dev/null'],
  paging: [
    { prompt: '--More--(?:\\(\\d{1,3}%\\))?', answer: ' ' },
    { prompt: '\\(END\\)', answer: 'q' },
  ],
  configurations: {
    running: {
      commands: [
        'uname -sn',
        'cat /etc/os-release',
        'cat /etc/hosts',
        'ip -brief address show',
        'ip route show',
        'echo "# end of configuration"',
      ],
      privileged: false,
      whole: { by: 'end-marker', pattern: '^# end of configuration$' },
      section: '^(?!#)\\S',
    },
  },
  readOnly: [
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
  ],
  filters: [
    'grep(?: -[cEivnwF]+){0,20} (?:-- )?(?:[\\w.,:/@=^-]+|"[\\w.,:/@=^ -]+")',
    'wc(?: -[lwc])?',
    '(?:head|tail)(?: -?(?:n )?\\d+)?',
    'sort(?: -[nru]+)?',
    'uniq(?: -c)?',
  ],
  errors: [
    '^(?:-?(?:ba|da|z|k|a|t?c)?sh|-?\\w{1,12}sh): .{1,200}: (?:command )?not found',
    '^(?:-?(?:ba|da|z|k|a|t?c)?sh): .{0,200}(?:syntax error|Permission denied)',
    '^(?:cat|ls|head|tail|ip|stat): .{1,200}(?:No such file or directory|Permission denied|not permitted)',
    'command not found$',
  ],
  identity: ['^Linux (?<hostname>\\S+)$'],
  volatile: [],
  secrets: [
    {
      name: 'password in a file',
      pattern: '^[ \\t]*(?:password|passwd|psk|secret|token|api[_-]?key)[ \\t]*[=:][ \\t]*"?(?<secret>[^\\s"]+)',
    },
    { name: 'password hash', pattern: '^[\\w.-]+:(?<secret>\\$[^:\\s]+):\\d*:' },
    pemPrivateKey,
  ],
  detect: [{ command: 'uname -sn', pattern: '^Linux \\S+$' }],
} as const satisfies Platform
