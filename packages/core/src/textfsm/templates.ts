import type { Template } from './template.ts'

/** What was asked, and of what. */
export interface TemplateRequest {
  readonly command: string
  /** Names of the platform, its aliases as well. */
  readonly platforms: readonly string[]
  readonly hostname: string
}

/** The templates of a workspace. */
export interface Templates {
  /** The template that the index names for a command; undefined where none fits. Throws INPUT_INVALID, FILE_UNREADABLE. */
  find(request: TemplateRequest): Promise<Template | undefined>
  /** A template by the name of its file. Throws INPUT_INVALID, FILE_UNREADABLE. */
  named(name: string): Promise<Template>
}
