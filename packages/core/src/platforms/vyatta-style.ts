import { pemPrivateKey } from './ios-style-secrets.ts'
import type { Platform } from './platform.ts'

/** What VyOS and EdgeOS have of Vyatta's command line. VyOS user guide, "Command Line Interface"; EdgeOS User Guide. */
export const vyattaPrompt = '[\\w.-]{1,64}@(?<host>[\\w.-]{1,64})(?::[^$#]{1,80})?[$#]'

export const vyattaPaging = [
  { prompt: ':', answer: ' ' },
  { prompt: '\\(END\\)|lines \\d{1,9}-\\d{1,9}/\\d{1,9} \\(END\\)', answer: 'q' },
] as const

/** A Unix shell reads the line: only plain words. */
export const vyattaReads = [
  'show(?: [\\w./:@-]+){0,20}',
  'ping [\\w.:-]+ count \\d{1,2}',
  'traceroute [\\w.:-]+',
] as const

export const vyattaErrors = [
  '^[ \\t]*(?:Invalid command|Incomplete command|Ambiguous command|Configuration path: .* is not valid)',
  '^-?v?bash: .{1,200}: command not found$',
] as const

export const vyattaSecrets: Platform['secrets'] = [
  {
    name: 'secret value',
    pattern:
      '^[ \\t]*(?:encrypted-password|plaintext-password|pre-shared-secret|password|key|secret|private-key|passphrase|preshared-key|md5-key|md5|cak|shared-secret-key|encrypted-key|plaintext-key) "?(?<secret>[^\\s"{]+)',
    // Public keys: of SSH, and of RSA and elliptic curves as DER.
    except: '^(?:AAAA[A-Z]|MII[BC]IjANBg|MFkwEwYH|MHYwEAYH|\\{)',
  },
  {
    name: 'secret value in quotes',
    pattern: '^[ \\t]*(?:[a-z-]{1,40}-)?(?:password|key|secret|passphrase) "(?<secret>[^"\\n]+)"',
  },
  { name: 'OSPF key', pattern: '^[ \\t]*md5-key "?(?<secret>[^\\s"]+)' },
  { name: 'SNMP community', pattern: '^[ \\t]*community "?(?<secret>[^\\s"{]+)' },
  pemPrivateKey,
]
