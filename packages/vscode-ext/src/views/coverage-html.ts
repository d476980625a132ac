import type { CoverageView } from '../service/tree-methods.ts'

export interface CoveragePage {
  /** Of this showing of the page; the only script and style it takes. */
  readonly nonce: string
  readonly name: string
  readonly by: string
  readonly view: CoverageView | undefined
}

const bys = ['site', 'platform', 'role', 'tag', 'credential'] as const

/** The page, whole. Nothing is loaded from anywhere; other people's text is escaped. */
export function coverageHtml({ nonce, name, by, view }: CoveragePage): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>Coverage of ${escapeText(name)}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
${view ? body(name, by, view) : '<p>Nothing was tested yet. Nothing connects until you say so.</p>'}
<script nonce="${nonce}">${script}</script>
</body>
</html>`
}

function body(name: string, by: string, { coverage, health, attention }: CoverageView): string {
  const { devices, opened, privileged, attention: needs, untested } = coverage
  const figures = [
    [opened, 'opened'],
    [privileged, 'privileged'],
    [needs, 'need attention'],
    [untested, 'untested'],
  ] as const
  const choices = bys.map(
    (each) => `<button data-by="${each}"${each === by ? ' aria-current="true"' : ''}>${each}</button>`,
  )
  return `<h1>${escapeText(name)}: ${number(opened)} of ${number(devices)} opened</h1>
<p class="figures">${figures.map(([value, what]) => `<span><b>${number(value)}</b> ${what}</span>`).join('')}</p>
<nav aria-label="Group by">${choices.join('')}</nav>
<section aria-label="By ${escapeText(by)}">${coverage.groups.map(bar).join('')}</section>
<h2>Credentials</h2>
<section>${coverage.credentials
    .map(({ credential, opens }) => {
      const found = health.find((each) => each.credential === credential)?.findings.map(({ text }) => text) ?? []
      const share = width(opens, devices)
      return row(credential, `<i class="good w${share}"></i>`, `opens ${number(opens)}`, found.join(' · '))
    })
    .join('')}</section>
<h2>Needs attention</h2>
${attention.length === 0 ? '<p>Nothing.</p>' : ''}
<ul>${attention
    .map(
      ({ name: device, description, path, line }) =>
        `<li><button class="link" data-path="${escapeText(path)}" data-line="${line}">${escapeText(device)}</button> ${escapeText(description)}</li>`,
    )
    .join('')}</ul>`
}

function bar({ name, devices, opened, attention, mainCause }: CoverageView['coverage']['groups'][number]): string {
  const parts = `<i class="good w${width(opened, devices)}"></i><i class="bad w${width(attention, devices)}"></i>`
  return row(
    name,
    parts,
    `${number(opened)} of ${number(devices)}`,
    mainCause ? `${mainCause.devices} ${mainCause.text}` : '',
  )
}

function row(name: string, bars: string, figure: string, note: string): string {
  return `<div class="row"><span class="name">${escapeText(name)}</span><span class="bar">${bars}</span><span>${figure}</span><span class="note">${escapeText(note)}</span></div>`
}

/** In steps of 5 %, as classes: the policy allows no style attributes. What is there at all is seen. */
function width(part: number, whole: number): number {
  return part === 0 ? 0 : Math.max(1, Math.round((20 * part) / Math.max(1, whole)))
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const style = `
body { max-width: 60rem; line-height: 1.5 }
h1 { font-size: 1.4rem; font-weight: 500 } h2 { font-size: 1.1rem; font-weight: 500; margin-top: 1.6rem }
.figures span { margin-right: 1.5rem } .figures b { font-size: 1.3rem; font-weight: 500 }
nav { margin-bottom: .6rem } nav button { margin-right: .3rem; padding: .1rem .6rem; border: 1px solid var(--vscode-widget-border, transparent); background: transparent; color: var(--vscode-foreground); cursor: pointer }
nav button[aria-current] { background: var(--vscode-button-background); color: var(--vscode-button-foreground) }
.row { display: grid; grid-template-columns: 12rem 14rem 8rem 1fr; gap: .8rem; align-items: center }
.name, .note { overflow: hidden; text-overflow: ellipsis; white-space: nowrap } .note { color: var(--vscode-descriptionForeground) }
.bar { display: flex; height: .8rem; background: var(--vscode-editorWidget-background); outline: 1px solid var(--vscode-contrastBorder, transparent) }
.good { background: var(--vscode-charts-green) } .bad { background: var(--vscode-editorWarning-foreground) }
${Array.from({ length: 21 }, (_, step) => `.w${step} { width: ${5 * step}% }`).join(' ')}
ul { padding-left: 0; list-style: none } .link { border: 0; padding: 0; background: none; color: var(--vscode-textLink-foreground); cursor: pointer; font: inherit }
button:focus-visible { outline: 1px solid var(--vscode-focusBorder) }`

const script = `
const vscode = acquireVsCodeApi()
document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest('button') : null
  if (button) vscode.postMessage({ ...button.dataset })
})`
