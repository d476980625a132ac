import type { Fix } from './diagnostics.ts'

export interface TitledFix {
  readonly title: string
  readonly isPreferred: boolean
  readonly fix: Fix
}

/** Whether carrying it out opens the vault, connects or writes to the state; all others change the files only. */
export function needsTrust({ kind }: Fix): boolean {
  return kind === 'move-secret' || kind === 'command'
}

/** What quick fixes are called; one fix can be offered in two ways. */
export function titledFixes(fixes: readonly Fix[], code: string): readonly TitledFix[] {
  return fixes.flatMap((fix) => titlesOf(fix, code))
}

function titlesOf(fix: Fix, code: string): readonly TitledFix[] {
  const titled = (title: string, isPreferred = false): TitledFix => ({ title, isPreferred, fix })
  switch (fix.kind) {
    case 'replace':
      return [titled(`Change to "${fix.text}"`, true)]
    case 'go-to':
      return [titled(code.startsWith('duplicate-address') ? `Go to ${fix.name}` : `Go to the Other ${fix.name}`)]
    case 'move-secret':
      return [titled('Move Password to Vault…', true)]
    case 'add-tag':
      return [titled(`Add Tag "${fix.tag}" so That ${fix.credential} Applies`)]
    case 'pin':
      return [titled('Pin a Credential…')]
    case 'extend-profile':
      return [titled('Extend by One Year')]
    case 'remove-profile':
      return [titled('Remove Profile')]
    case 'command':
      return [titled(fix.title)]
    case 'pin-to':
      return [titled(`Pin ${fix.credential}`)]
    case 'unpin':
      return [titled('Remove the Pin')]
    case 'profile': {
      const here = { ...fix, alike: [fix.device] }
      return [
        { title: `Use Profile ${fix.profile} Here…`, isPreferred: true, fix: here },
        ...(fix.alike.length > 1 ? [titled(`Use Profile ${fix.profile} on All ${fix.alike.length} Devices…`)] : []),
      ]
    }
  }
}
