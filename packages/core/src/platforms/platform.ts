/**
 * What a network operating system looks like from a terminal: strings, regular expressions as text, and lists; no functions,
 * JSON-safe, so that a user's own platform in YAML has the same shape. Patterns are JavaScript regular expressions without
 * slashes, matched with the `m` flag unless said otherwise, on a bounded tail of the output.
 */
export interface Platform {
  /** Netmiko's device_type. */
  readonly name: string
  /** Netmiko's synonyms. */
  readonly aliases?: readonly string[]
  /** For people: `Cisco IOS and IOS XE`. */
  readonly title: string
  /** What a prompt line looks like before the device's own was learned; group `host` is the host name. */
  readonly prompt: string
  /** Prompt endings (or patterns) per privilege, tried in order; the first match says the privilege. */
  readonly privileges: readonly { readonly privilege: 'user' | 'privileged'; readonly prompt: string }[]
  /** Sent once after the first prompt, in order: paging off, width. A refused one is not an error. */
  readonly onOpen: readonly string[]
  /** What a pager shows, and the key that goes on. */
  readonly paging?: { readonly prompt: string; readonly answer: string }
  /** Questions before the first prompt, with the answer: `Press any key to continue`. */
  readonly onLogin?: readonly { readonly prompt: string; readonly answer: string }[]
  readonly enable?: {
    readonly command: string
    readonly passwordPrompt: string
    /** Shown when the secret is refused. */
    readonly refused: string
  }
  /** What a session says before it ends by itself. @default 'exit' */
  readonly logout?: string
  readonly configurations: {
    readonly running: ConfigurationCapture
    readonly startup?: ConfigurationCapture
  }
  /** Commands that only read. A command that matches none of them is refused by `run`. */
  readonly readOnly: readonly string[]
  /** Lines that say a command was refused. */
  readonly errors: readonly string[]
  /** Where the configuration says who the device is; group `hostname`, group `serial`. */
  readonly identity: readonly string[]
  /** Lines that differ in every capture and are no change: dropped from the comparison, never from the archive's reasons. */
  readonly volatile: readonly { readonly name: string; readonly pattern: string }[]
  /** Secrets in a configuration; group `secret` is replaced by its keyed fingerprint. */
  readonly secrets: readonly { readonly name: string; readonly pattern: string }[]
  /** How `autodetect` recognises it: the first answer that matches. */
  readonly detect?: readonly { readonly command: string; readonly pattern: string }[]
}

export interface ConfigurationCapture {
  readonly commands: readonly string[]
  /** Enable is needed to see all of it. */
  readonly privileged: boolean
  /** How to know that it is whole. */
  readonly whole:
    | { readonly by: 'end-marker'; readonly pattern: string }
    | {
        readonly by: 'balanced'
        readonly open: string
        readonly close: string
        /**
         * What follows the last block and nothing inside the configuration (Junos: an empty line before its prompt). Without it
         * a cut between two top-level blocks looks whole.
         */
        readonly tail?: string
      }
    | { readonly by: 'first-line'; readonly pattern: string }
  /**
   * Free text inside the configuration, where an end marker, a brace or an error message means nothing: banners, certificates,
   * quoted strings. `close` may name a group of `open`: `{delimiter}`. A text that never closes was cut off.
   */
  readonly texts?: readonly { readonly open: string; readonly close: string }[]
  /** What starts a section, for the shrink gate. */
  readonly section: string
  /** Lines before the configuration, `Building configuration...`, that are not part of it. */
  readonly preamble?: readonly string[]
}
