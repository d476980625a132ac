import { coverageReport, markdownText } from '@netlatch/core'
import { untouchedItems } from '../items/untouched-items.ts'
import { chooseDevices } from '../run/device-choice.ts'
import { type Outcome, plain } from '../run/node-items.ts'
import { shaped } from '../run/output-shape.ts'
import type { Work } from '../run/run-node.ts'
import type { DiscoverRequest } from './discover-request.ts'

const shownGroups = 20

/** How many devices are opened, failing and untested, by the last results. Sends nothing. */
export async function coverage(work: Work<DiscoverRequest>): Promise<Outcome> {
  const { context, netlatch, workspace, request, items, isTool } = work
  const chosen = await chooseDevices(context, { netlatch, choice: request.devices, items })
  const report = await coverageReport(chosen.netlatch, chosen.devices)
  const { devices, opened, attention, untested, fresh, privileged, telnet, groups, credentials } = report
  const rest = [
    ...(attention > 0 ? [`${attention} need attention`] : []),
    ...(untested > 0 ? [`${untested} untested`] : []),
    ...(telnet > 0 ? [`${telnet} Telnet only`] : []),
  ]
  const text = `${opened} of ${devices} opened.${rest.length > 0 ? ` ${rest.join(', ')}.` : ''}`
  const lines = groups.slice(0, shownGroups).map((group) => {
    const cause = group.mainCause ? `, most: ${group.mainCause.text}` : ''
    return `- ${markdownText(group.name)}: ${group.opened} of ${group.devices}${cause}`
  })
  const json = plain({
    workspace,
    devices,
    opened,
    needAttention: attention,
    untested,
    text,
    markdown: [`**${text}**`, ...lines].join('\n'),
    // What an agent finds in every item.
    ...(isTool && { result: attention > 0 ? 'attention' : 'ok', message: text }),
    groups: groups.map(({ name, ...counts }) => ({ site: name, ...counts })),
    ...(!request.shape.simplify && {
      fresh,
      privileged,
      telnet,
      credentials: credentials.map(({ credential, opens }) => ({ credential, opens })),
    }),
  })
  const counted = shaped({ json, needsAttention: attention > 0 }, request.shape)
  return { items: [counted, ...untouchedItems(chosen, { shape: request.shape, workspace })] }
}
