#!/usr/bin/env node
// Starts the built program; in a checkout its sources, on the checkout's own Node when this one is too old.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const [major, minor] = process.versions.node.split('.').map(Number)
const isNewEnough = major > 22 || (major === 22 && minor >= 18)
const isCheckout = existsSync(here('../src/main.ts'))
const checkoutNode = here('../../../node_modules/node/bin/node')

if (isNewEnough && !isCheckout) {
  // Before the rest is loaded, which both of them are for.
  const { keepCompiledCode } = await import('../dist/compile-cache.js')
  const { keepNurserySmall } = await import('../dist/small-nursery.js')
  keepCompiledCode()
  keepNurserySmall()
  const { runProcess } = await import('../dist/main.js')
  await runProcess(process.argv.slice(2))
} else if (isCheckout && (isNewEnough || existsSync(checkoutNode))) {
  const node = isNewEnough ? process.execPath : checkoutNode
  const child = spawn(node, ['--conditions=@netlatch/source', here('../src/start.ts'), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', ...secretDescriptor(process.argv)],
  })
  // Ctrl-C reaches the child from the terminal; this process only waits for it to end well.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    process.exit(signal ? 130 : (code ?? 1))
  })
} else {
  console.error(
    `netlatch needs Node 22.18 or newer; this is ${process.versions.node}. Install a current Node: https://nodejs.org`,
  )
  process.exitCode = 2
}

/** `--secret-fd 3 3< secret`: a child has the first three descriptors, and this one when it is told. */
function secretDescriptor(words) {
  const at = words.findIndex((word) => /^--secret-fd(?:=|$)/.test(word))
  const fd = at < 0 ? 0 : Number(words[at].split('=')[1] ?? words[at + 1])
  return Number.isInteger(fd) && fd > 2 && fd < 256 ? [...Array(fd - 3).fill('ignore'), fd] : []
}
