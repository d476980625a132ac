import { causeDevices, type RunSummary } from './summarise-results.ts'

/** The summary of a run for Slack, Teams and mail: the sentence in bold, then one line a cause with its devices. */
export function summaryMarkdown(headline: string, { causes }: Pick<RunSummary, 'causes'>): string {
  const lines = causes.map((cause) => `- ${cause.devices.length} ${cause.text}: ${markdownText(causeDevices(cause))}`)
  return [`**${headline}**`, ...lines].join('\n')
}

/** Names are untrusted text: what Markdown would read as more than letters stays letters. */
export function markdownText(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|]/g, '\\$&')
}
