/**
 * Comware and VRP: `display`, and filters that take one expression. Their other pipes (`> file`, `>> file`) are no pipes.
 */
export const displayCommands: readonly string[] = [
  'dis(?:p|pl|pla|play)? [^|]+',
  'dir(?: [\\w:./-]+)?',
  '(?:ping|tracert)(?: -c \\d{1,2})?(?: -vpn-instance [\\w.-]+)? [\\w.:-]+',
]
export const displayFilters: readonly string[] = ['(?:include|exclude|begin|section|count) [^|]+', '(?:count|no-more)']

/**
 * What stands behind the words that say how a secret is written. Not on lines of `ssh` and `ssl`, where `cipher` names
 * algorithms, nor in descriptions.
 */
export const displaySecrets = [
  {
    name: 'secret behind its form',
    pattern:
      '^[ \\t]*(?:[^\\sds]\\S*|d[^\\se]\\S*|de[^\\ss]\\S*|s[^\\ss]\\S*) (?:\\S+ ){0,12}?(?:irreversible-cipher|cipher|simple|plain)(?: (?:cipher|plain))? (?<secret>\\S+)',
    except: '^(?:authentication-mode|\\d{1,3}(?:\\.\\d{1,3}){3})$',
  },
  {
    name: 'LDP password',
    pattern: '^[ \\t]*md5-(?:password|authentication) (?:cipher |plain )?\\S+ (?:cipher |plain )?(?<secret>\\S+)',
  },
] as const
