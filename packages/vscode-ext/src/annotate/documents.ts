import {
  type ChangedCandidates,
  type Coverage,
  type CredentialHealth,
  type Diagnosis,
  type Explanation,
  foldNamesShort,
  type ImportNote,
  type Origin,
} from '@netlatch/core'
import { symbols } from './inline-result.ts'
import { cell, count, markdownTable } from './markdown.ts'

export function explanationDocument({ device, candidates, excluded, tries, verified }: Explanation): string {
  return [
    `# Credentials for ${cell(device.name)}`,
    '',
    cell(
      [device.hosts.join(', '), device.platform, device.site ?? '', device.tags.join(', ')].filter(Boolean).join(' · '),
    ),
    '',
    ...(verified ? [] : ['The vault is locked: what follows is what its file says, not proven.', '']),
    candidates.length > 0 ? '## Would be tried, in this order' : '## No credential would be tried',
    '',
    ...markdownTable(
      ['', 'Credential', 'Why', 'Where'],
      candidates.map(({ credential, because, at }, index) => [
        String(index + 1),
        credential.name,
        because,
        at ? placeText(at) : 'state',
      ]),
    ),
    '',
    ...(excluded.length > 0 ? ['## Not used here', ''] : []),
    ...markdownTable(
      ['Credential', 'Why not', 'Where'],
      excluded.map(({ credential, because, at }) => [credential.name, because, placeText(at)]),
    ),
    '',
    ...tries.map(({ username, realm, failed, allowed }) => {
      const left = allowed === 'none' ? 'no limit' : `${Math.max(0, allowed - failed)} of ${allowed} tries left`
      return `- ${cell(`${left} for ${username}${realm === '' ? '' : ` in ${realm}`}`)}`
    }),
    '',
  ].join('\n')
}

const outcomes = { ok: symbols.good, failed: symbols.bad, stopped: symbols.idle, 'not-reached': symbols.none } as const

export function diagnosisDocument(diagnosis: Diagnosis): string {
  const { name, address, platform, via, steps, advice, sent, alike } = diagnosis
  const facts = [address, platform, ...(via === undefined ? [] : [`via ${via}`])].filter((fact) => fact !== undefined)
  return [
    `# Diagnosis of ${cell(name)}`,
    '',
    cell(facts.join(' · ')),
    '',
    ...markdownTable(
      ['', 'Phase', 'Found', 'Time'],
      steps.map(({ outcome, phase, text, durationMs, more = {} }) => [
        outcomes[outcome],
        phase,
        [text, ...Object.entries(more).map(([what, found]) => `${what}: ${found}`)].join(' · '),
        durationMs === undefined ? '' : `${Math.round(durationMs)} ms`,
      ]),
    ),
    '',
    sent.length === 0
      ? 'Nothing was sent.'
      : `Sent: ${sent.map(({ to, credential, outcome }) => cell(`${credential} to ${to} (${outcome})`)).join(', ')}.`,
    '',
    ...(advice ? [cell(advice), ''] : []),
    ...(alike > 0 ? [`${count(alike, 'more device')} showed the same last time.`, ''] : []),
  ].join('\n')
}

export function changesDocument(found: ChangedCandidates): string {
  const { groups, changes, devices, files, since, noCandidate, problemsBefore } = found
  return [
    `# Credential changes since ${cell(since.revision)}`,
    '',
    `${count(files.length, 'file')} changed · ${changes.length.toLocaleString('en-US')} of ${count(devices, 'device')} get other candidates`,
    '',
    ...(problemsBefore.length > 0
      ? [
          `The files of ${cell(since.revision)} have ${count(problemsBefore.length, 'mistake')}: what they spoil is missing here.`,
          '',
        ]
      : []),
    ...markdownTable(
      ['Devices', 'Change', 'Because', 'Where', 'Names'],
      groups.map(({ change, because, devices: names }) => [
        String(names.length),
        change,
        because.map(({ text }) => text).join(', '),
        because.map(({ at }) => placeText(at)).join(', '),
        foldNamesShort(names, 20),
      ]),
    ),
    '',
    ...(noCandidate.length > 0
      ? [
          `**${count(noCandidate.length, 'device')} would have no candidate:** ${cell(foldNamesShort(noCandidate, 20))}`,
          '',
        ]
      : []),
  ].join('\n')
}

/** What an import took, and what it could not take as it was, by cause. */
export function importDocument(file: string, devices: number, notes: readonly ImportNote[]): string {
  return [
    `# Imported ${count(devices, 'device')} from ${cell(file)}`,
    '',
    'Secrets are never taken over: what is found of them belongs into the vault.',
    '',
    ...markdownTable(
      ['Entries', 'What was found', 'Names', 'What to do', 'Where'],
      notes.map(({ devices: names, text, advice = '', at }) => [
        String(names.length),
        text,
        foldNamesShort(names, 20),
        advice,
        placeText(at),
      ]),
    ),
    '',
  ].join('\n')
}

export function coverageDocument(coverage: Coverage, health: readonly CredentialHealth[], now: Date): string {
  const share = (part: number, whole: number) => ((100 * part) / Math.max(1, whole)).toFixed(1)
  return [
    '# Coverage',
    '',
    `${coverage.opened} of ${coverage.devices} devices opened (${share(coverage.opened, coverage.devices)} %), ` +
      `${coverage.attention} need attention, ${coverage.untested} untested. As of ${now.toISOString()}.`,
    '',
    ...markdownTable(
      [coverage.by, 'devices', 'opened', '%', 'attention', 'untested', 'main cause'],
      coverage.groups.map(({ name, devices, opened, attention, untested, mainCause }) => [
        name,
        String(devices),
        String(opened),
        share(opened, devices),
        String(attention),
        String(untested),
        mainCause ? `${mainCause.text} ${mainCause.devices}` : '',
      ]),
    ),
    '',
    ...markdownTable(
      ['credential', 'opens', 'health'],
      coverage.credentials.map(({ credential, opens }) => [
        credential,
        String(opens),
        health
          .find((each) => each.credential === credential)
          ?.findings.map(({ text }) => text)
          .join(' · ') || 'good',
      ]),
    ),
    '',
  ].join('\n')
}

function placeText({ file, line }: Origin): string {
  return `${file}:${line}`
}
