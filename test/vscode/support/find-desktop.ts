import { access, constants, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/**
 * The desktop's own program behind the `code` of the path: that one is a script which starts it and ends. Undefined where there
 * is none, or no screen to show it on.
 */
export async function findDesktop(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  if (platform !== 'darwin' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return undefined
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const script = await realpath(join(folder, 'code')).catch(() => undefined)
    if (script === undefined) continue
    // …/Contents/Resources/app/bin/code beside …/Contents/MacOS/Electron; /usr/share/code/bin/code beside /usr/share/code/code.
    const program = platform === 'darwin' ? '../../../MacOS/Electron' : '../code'
    const path = join(dirname(script), program)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  return undefined
}
