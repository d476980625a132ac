import type { Origin } from '../../model.ts'
import type { ImportNote, NoteKind } from './imported.ts'

export interface NoteBook {
  add(kind: NoteKind, text: string, device: string, at: Origin, advice?: string): void
  /** Worst kinds first, and the most frequent first in each. */
  notes(): readonly ImportNote[]
}

const order: readonly NoteKind[] = ['secret', 'skipped', 'platform', 'left-out', 'login']

/** Collects what is to say about an import, one note a cause however many devices share it. */
export function openNoteBook(): NoteBook {
  const notes = new Map<string, ImportNote & { readonly names: Set<string> }>()
  return {
    add(kind, text, device, at, advice) {
      const key = `${kind} ${text}`
      const known = notes.get(key)
      if (known) known.names.add(device)
      else notes.set(key, { kind, text, devices: [], names: new Set([device]), at, ...(advice && { advice }) })
    },
    notes() {
      const all = [...notes.values()].map(({ names, ...note }): ImportNote => ({ ...note, devices: [...names] }))
      return all.toSorted(
        (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || b.devices.length - a.devices.length,
      )
    },
  }
}
