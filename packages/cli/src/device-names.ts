import { resolve } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { diskFiles, NetlatchError, readNameLines } from '@netlatch/core'

/**
 * Reads the names of `@devices.txt`, a path as the shell means it, and of standard input (`@-`). Each is read once: what came through a
 * pipe is gone after that. Throws FILE_UNREADABLE, and USAGE where nobody sends names.
 */
export function openDeviceNames(
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean } = process.stdin,
): (source: string) => Promise<readonly string[]> {
  const read = new Map<string, Promise<readonly string[]>>()
  return (source) => {
    const names = read.get(source) ?? (source === '@-' ? namesOfPipe(stdin) : namesOfFile(source))
    read.set(source, names)
    return names
  }
}

async function namesOfFile(path: string): Promise<readonly string[]> {
  return readNameLines(await diskFiles.readText(resolve(path)))
}

async function namesOfPipe(stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }): Promise<readonly string[]> {
  if (stdin.isTTY)
    throw new NetlatchError('USAGE', 'Nothing comes on standard input.', {
      advice: 'As: netlatch inventory list @- < names.txt',
    })
  return readNameLines(await readAll(stdin))
}
