/** Where answers of devices are kept as files. */
export interface AnswerFiles {
  /**
   * Writes a file below the workspace, whole or not at all, readable by its owner alone. Throws FILE_CHANGED when it is there
   * already and `replace` is not said, FILE_UNREADABLE when it cannot be written or a link stands in its way.
   */
  save(path: string, text: string, options: { readonly replace: boolean }): Promise<void>
}
