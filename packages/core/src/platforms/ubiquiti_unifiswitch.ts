import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'
import { afterFiles, countOfLines, endOfFiles, shellErrors, shellFilters, shellReads } from './unix-shell.ts'

/**
 * The Unix shell that a UniFi switch logs in to. Its command line (`telnet localhost`, later `cli`) shows what the controller set;
 * the file that it set is saved here, /tmp/system.cfg. Sources: Netmiko's driver; Ubiquiti's help pages on UniFi SSH commands.
 */
export const ubiquitiUnifiswitch = {
  name: 'ubiquiti_unifiswitch',
  title: 'Ubiquiti UniFi Switch',
  // BusyBox: `USW-24-US.6.5.59#`, the version behind the name.
  prompt: '(?<host>[\\w-]{1,64})(?:\\.[\\w.+-]{1,40})?(?::[^$#%>]{0,80})?[#$]',
  privileges: [],
  onOpen: [],
  typeAhead: 'lost',
  configurations: {
    running: {
      commands: ['cat /tmp/system.cfg', endOfFiles],
      privileged: false,
      whole: afterFiles,
      witness: { command: 'wc -l /tmp/system.cfg', answer: { counts: countOfLines, of: 'cat /tmp/system.cfg' } },
      section: '^\\w+\\.',
    },
  },
  readOnly: [...shellReads, 'info', 'mca-dump'],
  filters: shellFilters,
  errors: shellErrors,
  identity: ['^resolv\\.host\\.\\d+\\.name=(?<hostname>\\S+)'],
  volatile: [],
  secrets: [
    {
      name: 'secret value',
      pattern:
        '^[\\w.-]{1,120}\\.(?:password|passwd|secret|psk|authkey|key|community|passphrase|privatekey|x_\\w+)=(?<secret>\\S.*)$',
    },
    pemPrivateKey,
  ],
} as const satisfies Platform
