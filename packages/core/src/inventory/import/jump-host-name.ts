/**
 * How OpenSSH is told to take a hop: the `Host` name when it is one plain name, `refused` when it is more than that (a user, a
 * port, several hops, another program), undefined when there is no hop.
 */
export function jumpHostName(proxyJump: string | undefined, proxyCommand: string | undefined): JumpHostName {
  const given = proxyJump ?? viaCommand(proxyCommand)
  if (given === undefined || given.toLowerCase() === 'none') return undefined
  return plainHost.test(given) ? { name: given } : { refused: given.length > 80 ? `${given.slice(0, 80)}…` : given }
}

export type JumpHostName = { readonly name: string } | { readonly refused: string } | undefined

const plainHost = /^[A-Za-z\d_][\w.-]{0,252}$/

/** `ssh -W %h:%p bastion` in any order of its options is a ProxyJump written by hand. */
function viaCommand(command: string | undefined): string | undefined {
  if (command === undefined) return undefined
  const words = command
    .trim()
    .replace(/^exec\s+/, '')
    .split(/\s+/)
  if (words.length === 1 && words[0]?.toLowerCase() === 'none') return undefined
  const isForward = /(?:^|\/)ssh$/.test(words[0] ?? '') && words.includes('-W')
  const rest = words
    .slice(1)
    .filter((word, index, all) => !(word === '-W' || all[index - 1] === '-W' || /^-[qnTC]+$/.test(word)))
  return isForward && rest.length === 1 && rest[0] !== undefined ? rest[0] : command.trim()
}

/** The hop in `ansible_ssh_common_args` and the like. */
export function jumpHostOfArguments(args: string): JumpHostName {
  const option = (name: string) => {
    const pattern = new RegExp(
      `-o\\s*(?:"${name}[= ]([^"]+)"|'${name}[= ]([^']+)'|${name}=(?:"([^"]+)"|'([^']+)'|(\\S+)))`,
      'i',
    )
    return pattern
      .exec(args)
      ?.slice(1)
      .find((part) => part !== undefined)
  }
  const short = /(?:^|\s)-J\s*(\S+)/.exec(args)?.[1]
  return jumpHostName(short ?? option('ProxyJump'), option('ProxyCommand'))
}
