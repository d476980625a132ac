import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'
import {
  afterFiles,
  countOfLines,
  endOfFiles,
  shellErrors,
  shellFilters,
  shellOnOpen,
  shellPaging,
  shellPrivileges,
  shellPrompt,
  shellReads,
} from './unix-shell.ts'

/**
 * Netmiko has no name of its own for it. Source: NVIDIA Cumulus Linux User Guide, "NVUE CLI" (nv config show -o commands).
 */
export const cumulus = {
  name: 'cumulus',
  title: 'NVIDIA Cumulus Linux (NVUE)',
  prompt: shellPrompt,
  privileges: shellPrivileges,
  typeAhead: 'lost',
  onOpen: shellOnOpen,
  paging: shellPaging,
  configurations: {
    running: {
      commands: ['nv config show -o commands', endOfFiles],
      privileged: false,
      whole: afterFiles,
      witness: {
        command: 'nv config show -o commands | wc -l',
        answer: { counts: countOfLines, of: 'nv config show -o commands' },
      },
      section: '^nv set \\S+',
    },
  },
  readOnly: [
    ...shellReads,
    'nv (?:config )?show(?: [\\w./:-]+){0,20}(?: -o (?:commands|json|yaml))?',
    'nv config (?:diff|history)(?: \\w+){0,2}',
  ],
  filters: shellFilters,
  errors: shellErrors,
  identity: ['^nv set system hostname (?<hostname>\\S+)'],
  volatile: [],
  secrets: [
    {
      name: 'secret value',
      pattern:
        "^nv set .{0,300}?\\b(?:hashed-password|password|secret|key|community|readonly-community|authentication-key|encryption-key|passphrase|auth-sha-key|auth-md5|auth-md5-key|encrypt-aes|encrypt-des|auth-sha|trap-destination \\S{1,64} community-password) '?(?<secret>[^\\s']+)",
    },
    { name: 'SNMPv3 privacy', pattern: "^nv set .{0,300}? encrypt-(?:aes|des) '?(?<secret>[^\\s']+)" },
    { name: 'community', pattern: "^nv set (?:service|system) snmp-server readonly-community '?(?<secret>[^\\s']+)" },
    pemPrivateKey,
  ],
} as const satisfies Platform
