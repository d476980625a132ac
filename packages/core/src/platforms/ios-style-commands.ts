/**
 * Filters behind a pipe on IOS, which knows one of them: a further `|` belongs to the expression, and then has no blank behind
 * it here, so that no file name can follow (`redirect`, `append` and `tee` need one). Cisco IOS Configuration Fundamentals.
 */
export const iosFilters: readonly string[] = [
  '(?:i|in|inc|incl|include|e|ex|exc|excl|exclude|b|beg|begin|sec|sect|section)(?: (?:include|exclude))? [^| ][^|]*(?:\\|[^| ]+){0,40}',
  'count [^| ][^|]*(?:\\|[^| ]+){0,40}',
  'format',
]

/** Reachability checks with a target and nothing that makes them long or large. */
export const pingAndTraceroute =
  '(?:ping|traceroute)(?: (?:ip|ipv6|vrf [\\w.-]+)){0,2} [\\w.:-]+(?: source [\\w./:-]+)?'
