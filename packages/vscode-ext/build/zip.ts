import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly bytes: Buffer
}

/** The date of all entries, 1 January 1980: the same files give the same archive. */
const dosDate = 0x21

/** An archive as PKWARE's APPNOTE 6.3 describes it: deflated entries, no encryption, below 4 GB. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of entries) {
    const path = Buffer.from(name)
    const packed = deflateRawSync(bytes, { level: 9 })
    const common = header(bytes, packed.length, path.length)
    const local = Buffer.concat([signature(0x04034b50), common, path])
    parts.push(local, packed)
    directory.push(
      Buffer.concat([signature(0x02014b50), word(20), common, word(0), word(0), word(0), long(0), long(offset), path]),
    )
    offset += local.length + packed.length
  }
  const central = Buffer.concat(directory)
  const count = word(entries.length)
  const end = [signature(0x06054b50), word(0), word(0), count, count, long(central.length), long(offset), word(0)]
  return Buffer.concat([...parts, central, ...end])
}

/** What an entry and its line in the directory have in common: version, UTF-8 names, deflate, date, sizes. */
function header(bytes: Buffer, packedLength: number, nameLength: number): Buffer {
  return Buffer.concat([
    ...[word(20), word(0x0800), word(8), word(0), word(dosDate)],
    ...[long(crc32(bytes)), long(packedLength), long(bytes.length), word(nameLength), word(0)],
  ])
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function long(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

const signature = long
