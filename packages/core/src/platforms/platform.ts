/**
 * What a network operating system looks like from a terminal: strings, regular expressions as text, and lists; no functions,
 * JSON-safe, so that a user's own platform in YAML has the same shape. Patterns are regular expressions in the syntax that
 * JavaScript and RE2 share: nothing looks ahead or refers back, so that a copy of them runs in linear time. Those of prompts, pagers and questions must match a whole line, blanks at its end aside, and see at most 1,024
 * characters; those of errors match single lines; the others are matched with the `m` flag on the whole text.
 */
export interface Platform {
  /** Netmiko's device_type. */
  readonly name: string
  /** Netmiko's synonyms. */
  readonly aliases?: readonly string[]
  /** For people: `Cisco IOS and IOS XE`. */
  readonly title: string
  /**
   * What a prompt line looks like, in every mode; group `host` is the host name. The device's own prompt is learned from it, and
   * another line counts as the same device's prompt only with the same host.
   */
  readonly prompt: string
  /** A line right above the prompt that belongs to it: `{master:0}`, `[edit]`. */
  readonly promptContext?: string
  /** Prompt endings (or patterns) per privilege, searched in the prompt line in order; the first match says the privilege. */
  readonly privileges: readonly { readonly privilege: 'user' | 'privileged'; readonly prompt: string }[]
  /** Sent once before the first command, in order: paging off, width. A refused one is not an error. */
  readonly onOpen: readonly string[]
  /**
   * What becomes of commands that are sent before the prompt came back.
   * - `clean`: kept, and echoed after the prompt: several reading commands travel in one go.
   * - `echoed`: kept, but perhaps echoed into the output of the command before (any CLI on a Unix terminal): only what `onOpen`
   *   sends and the first command travel together.
   * - `lost`: thrown away: one command at a time.
   * @default 'echoed'
   */
  readonly typeAhead?: 'clean' | 'echoed' | 'lost'
  /** What the Enter key sends. @default '\n' */
  readonly enter?: string
  /** What a pager shows where it cannot be switched off, and the key that goes on (or, at its end, leaves). */
  readonly paging?: readonly { readonly prompt: string; readonly answer: string }[]
  /**
   * Questions before the first prompt, with the exact keys that answer: `Press any key to continue`. A `menu` says nothing of
   * itself on its last line, so that it is answered only where the platform is known.
   */
  readonly onLogin?: readonly { readonly prompt: string; readonly answer: string; readonly menu?: boolean }[]
  readonly enable?: {
    readonly command: string
    /** The secret is sent only to a line of this shape right after the echo of `command`. */
    readonly passwordPrompt: string
    /** A line shown when the secret is refused. */
    readonly refused: string
  }
  /** What a session says before it ends. @default 'exit' */
  readonly logout?: string
  readonly configurations: {
    readonly running: ConfigurationCapture
    readonly startup?: ConfigurationCapture
  }
  /**
   * Commands that only read: each must match a whole command, case aside, blanks folded, without its filters. A command that
   * matches none of them is refused by `run`.
   */
  readonly readOnly: readonly string[]
  /** What may stand behind a `|`, a whole filter with its arguments. Absent: no pipes. */
  readonly filters?: readonly string[]
  /** Lines that say a command was refused; they count at the start and the end of an answer only. */
  readonly errors: readonly string[]
  /**
   * Where the configuration, or the answer of a witness or of `serial`, says who the device is; group `hostname`, group
   * `serial`.
   */
  readonly identity: readonly string[]
  /** Asked as well where the inventory states a serial number and the configuration does not say it. */
  readonly serial?: { readonly command: string }
  /** Lines that differ in every capture and are no change: dropped from the comparison, never from the archive's reasons. */
  readonly volatile: readonly { readonly name: string; readonly pattern: string }[]
  /**
   * Secrets in a configuration; group `secret` is replaced by its keyed fingerprint. One that the device encrypts anew each time
   * it shows it is `salted`: all of them get the same mark, so that the line stays and is no change.
   */
  readonly secrets: readonly SecretPattern[]
  /** How `autodetect` recognises it: any of these answers. */
  readonly detect?: readonly { readonly command: string; readonly pattern: string }[]
  /** How `autodetect` recognises it by the SSH server's identification (`SSH-2.0-…`), without a command. */
  readonly identification?: string
  /** The file of the workspace that it is from. Absent: built in. */
  readonly file?: string
}

export interface SecretPattern {
  readonly name: string
  readonly pattern: string
  /** Matched against what the group found: a keyword in the secret's place, and no secret. */
  readonly except?: string
  readonly salted?: boolean
}

export interface ConfigurationCapture {
  readonly commands: readonly string[]
  /** Enable is needed to see all of it. */
  readonly privileged: boolean
  /** How to know that it is whole. */
  readonly whole:
    | {
        readonly by: 'end-marker'
        readonly pattern: string
        /**
         * The capture's own last command writes it, a shell's `echo`: it says that the session came to its end, and nothing of what
         * the commands before it showed.
         * @default false
         */
        readonly echoed?: boolean
      }
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
  /** A last line that some releases write: where it stands it proves the end, and its absence says nothing. */
  readonly knownEnd?: string
  /** Where the configuration itself has no end that proves it. */
  readonly witness?: CaptureWitness
  /**
   * Free text inside the configuration, where an end marker, a brace or an error message means nothing: banners, certificates,
   * quoted strings. `close` may name a group of `open`: `{delimiter}`. A text that never closes was cut off.
   */
  readonly texts?: readonly { readonly open: string; readonly close: string }[]
  /** What starts a section, for the shrink gate. */
  readonly section: string
  /** What `section` finds and starts none, at the same place: `end`, `exit`. */
  readonly notSection?: readonly string[]
  /** Lines before the configuration, `Building configuration...`, that are not part of it. */
  readonly preamble?: readonly string[]
}

/**
 * A reading command sent behind those of the configuration. Its answer is no part of the configuration: it proves that the
 * answers before it had come to their end, and one that says something of the configuration itself, that it is all of it.
 */
export interface CaptureWitness {
  readonly command: string
  /**
   * A line of the answer · the answer is the last lines of the configuration once more, which a shortened one does not end with ·
   * the answer says how many lines it has, in the group `lines` of `counts`, all of it or of the command `of` alone.
   */
  readonly answer: string | { readonly repeats: 'last-lines' } | { readonly counts: string; readonly of?: string }
}
