/**
 * Comware and VRP: `display`, and filters that take one expression. Their other pipes (`> file`, `>> file`) are no pipes.
 */
export const displayCommands: readonly string[] = [
  'dis(?:p|pl|pla|play)? [^|]+',
  'dir(?: [\\w:./-]+)?',
  '(?:ping|tracert)(?: -c \\d{1,2})?(?: -vpn-instance [\\w.-]+)? [\\w.:-]+',
]
export const displayFilters: readonly string[] = ['(?:include|exclude|begin|section|count) [^|]+', '(?:count|no-more)']
