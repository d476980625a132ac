import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'

const demo = fileURLToPath(new URL('demo.ts', import.meta.url))

/** What a newcomer has to see; `$` begins what was typed, and what follows comes after it. */
const story = [
  /^\$ netlatch init --yes$/m,
  /^\$ netlatch creds discover all --yes --no-wait$/m,
  /^ {2}! {2}host key changed +1 {2}fra-core-03 {2}netlatch trust fra-core-03$/m,
  /^ {2}! {2}port \d+ refused +1 {2}fra-acc-05 /m,
  /^ {2}✗ {2}no credential works +1 {2}ber-old-06 {2}netlatch creds explain ber-old-06$/m,
  /^\$ netlatch trust fra-core-03 --yes$/m,
  /^No credential would be tried: if its password is wrong: netlatch vault set legacy-admin/m,
  /^3 devices in .*: 2 opened · 1 need attention$/m,
  /^muc-leaf-\[01-08\] +\(8 devices, same answer\)/m,
  /^ {2}✗ {2}credential quarantined +6 {2}lab-\[01-06\] {2}netlatch vault set lab, then netlatch creds release lab$/m,
  /^ {2}Failed logins: labops 2$/m,
  /^\$ netlatch vault set lab --secret-env DEMO_LAB_NEW$/m,
  /^\$ netlatch creds release lab$/m,
  /^ {2}○ {2}deferred until \d\d:\d\d +2 {2}lab-/m,
  /^6 devices, 1 command in .*: 4 answered$/m,
  /^33 devices in .*: 32 first · 1 failed/m,
  /^ {2}! {2}backup held: cut off: no "end" .* fra-acc-03 +netlatch backups held fra-acc-03$/m,
  /^ {2}! {2}backup held: shrank from .* muc-leaf-05 +netlatch backups held muc-leaf-05$/m,
  /^\+ip name-server 192\.0\.2\.53$/m,
  /^fra-acc-03: the held capture is gone\. The last good backup stays\.$/m,
  /^muc-leaf-05: the held capture is now its backup/m,
  /login attempts, 3 of them refused, and 0 locked accounts\.$/m,
]

describe('the demo', function () {
  this.timeout(240_000)

  it('tells the whole story with its faults and what to do about each, and locks no account', async () => {
    const env = { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8' }
    const shown = await new Promise<string>((resolve, reject) => {
      const args = ['--conditions=@netlatch/source', demo]
      execFile(process.execPath, args, { env, maxBuffer: 2 ** 24 }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${error.message}\n${stdout}\n${stderr}`))
        else resolve(stdout)
      })
    })
    let from = 0
    for (const line of story) {
      const found = line.exec(shown.slice(from))
      assert.ok(found, `${line} is not there, or not in its place, after:\n${shown.slice(from)}`)
      // What one command says of several devices comes as they end.
      if (found[0].startsWith('$')) from += found.index
    }
    assert.doesNotMatch(shown, /exit code|undefined|\[object|\{\w+\}/)
  })
})
