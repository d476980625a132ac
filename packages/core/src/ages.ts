const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** An age for people, in one unit: `now`, `5 min`, `2 h`, `41 d`. Future times read as `now`. */
export function formatAge(since: Date, now: Date): string {
  const ms = now.getTime() - since.getTime()
  if (ms < minute) return 'now'
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} d`
}

/** `just now`, `2 h ago`. */
export function agoText(since: Date, now: Date): string {
  const age = formatAge(since, now)
  return age === 'now' ? 'just now' : `${age} ago`
}

/** A duration for people: `0.4 s`, `22 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`
  if (ms < minute) return `${Math.round(ms / 1000)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min ${Math.floor((ms % minute) / 1000)} s`
  return `${Math.floor(ms / hour)} h ${Math.floor((ms % hour) / minute)} min`
}

/** The time of day when it is today, else day and month: `14:35`, `3 May 14:35`. */
export function formatTime(at: Date, now: Date): string {
  const time = `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`
  return at.toDateString() === now.toDateString() ? time : `${formatDay(at)} ${time}`
}

/** `12 Mar`. */
export function formatDay(at: Date): string {
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
}

/** `2d`, `36h`, `30m`, `2w` in milliseconds; undefined when it is none of these. */
export function parseAge(text: string): number | undefined {
  const match = /^(\d+)\s*(m|min|h|d|w)$/i.exec(text)
  if (!match) return undefined
  const unit = { m: minute, min: minute, h: hour, d: day, w: 7 * day }[(match[2] as string).toLowerCase()]
  return unit === undefined ? undefined : Number(match[1]) * unit
}
