/** A program that is told to end when this process is gone, however that came: Linux does it. */
export function endsWithUs(
  program: string,
  words: readonly string[],
  signal: 'TERM' | 'INT' = 'TERM',
): readonly [program: string, words: readonly string[]] {
  return ['setpriv', ['--pdeathsig', signal, program, ...words]]
}
