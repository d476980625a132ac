export const groupings = ['result', 'site', 'platform', 'tag'] as const

/** How the Devices view is grouped. */
export type Grouping = (typeof groupings)[number]
