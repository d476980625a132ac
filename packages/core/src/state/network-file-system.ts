import { readFile, statfs } from 'node:fs/promises'

/**
 * Magic numbers of `statfs(2)` on Linux. SQLite's write-ahead log lives in memory that the programs share, which no two hosts
 * can; and their locks are advice at best. 9p is how WSL shows Windows drives, and VMs their host's folders.
 */
const networkTypes: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'SMB/CIFS',
  4266872130: 'SMB 2',
  16914839: '9p',
  1397113167: 'AFS',
  12805120: 'Ceph',
  198183888: 'Lustre',
  1196443219: 'GPFS',
  1937076805: 'Coda',
  2020557398: 'VirtualBox shared folder',
}
const fuse = 0x65735546

/** FUSE is also NTFS and exFAT drives and Docker's folders, which are local: these are not. */
const networkFuse = /^fuse\.(sshfs|rclone|s3fs|glusterfs|gcsfuse|goofys|davfs2?|cephfs|ceph-fuse|blobfuse2?|curlftpfs)$/

/** What kind of network file system a folder is on; undefined for a local one, and where the system does not say. */
export async function networkFileSystem(folder: string): Promise<string | undefined> {
  if (folder.startsWith('\\\\') || folder.startsWith('//')) return 'a Windows share'
  if (process.platform !== 'linux') return undefined
  const { type } = await statfs(folder)
  return nameFileSystem(type, folder, type === fuse ? await readFile('/proc/self/mountinfo', 'utf8') : '')
}

/** The pure part: `type` as statfs gives it, `mounts` in the format of /proc/self/mountinfo. */
export function nameFileSystem(type: number, folder: string, mounts: string): string | undefined {
  // Some architectures sign the number.
  const known = networkTypes[type >>> 0]
  if (known || type >>> 0 !== fuse) return known
  const [nearest] = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .map((fields) => ({ point: fields[4] ?? '', type: fields[fields.indexOf('-') + 1] ?? '' }))
    .filter(({ point }) => folder === point || folder.startsWith(point.endsWith('/') ? point : `${point}/`))
    .sort((a, b) => b.point.length - a.point.length)
  return nearest && networkFuse.test(nearest.type) ? nearest.type.slice('fuse.'.length) : undefined
}
