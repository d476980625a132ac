import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { anyPlatform } from '../../../packages/core/src/platforms/any-platform.ts'
import { patternsByUse } from '../../../packages/core/src/platforms/built-in-patterns.ts'
import { platforms } from '../../../packages/core/src/platforms/index.ts'
import { faultOf } from '../../../packages/core/src/platforms/pattern-fault.ts'
import type { Platform } from '../../../packages/core/src/platforms/platform.ts'
import { patternsOf } from '../../../packages/core/src/platforms/platform-patterns.ts'

const all: readonly Platform[] = [...platforms, anyPlatform]

/** Texts that make a backtracking matcher try everything: runs of what patterns repeat, and the pattern's own words. */
function hostileTexts(pattern: string, length: number): string[] {
  const words = [...new Set(pattern.match(/[\w-]{2,}/g) ?? [])].slice(0, 12)
  const units = ['a', '0', ' ', '\t', '-', '"', '#', '\n', ' \n', 'a ', 'a-', '(a)', '[a', '{\n', 'a:a@a', '\\']
  return [...units, words.join(' '), words.map((word) => ` ${word} `).join(''), `${words[0]} a `]
    .filter((unit) => unit !== '')
    .map((unit) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length))
}

/** Quantifiers without an upper limit inside a group that has one: the shape that goes exponential. */
function nestedQuantifiers(pattern: string): boolean {
  const groups: boolean[] = [false]
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]
    if (char === '\\') at++
    else if (char === '[') at = endOfClass(pattern, at)
    else if (char === '(') groups.push(false)
    const closesGroup = char === ')'
    const inner = closesGroup ? groups.pop() === true : false
    if (closesGroup || char !== '(') {
      const isUnbounded = /^(?:[*+]|\{\d+,\})/.test(pattern.slice(at + 1))
      if (isUnbounded && inner) return true
      if (isUnbounded || inner) groups[groups.length - 1] = true
    }
  }
  return false
}

function endOfClass(pattern: string, from: number): number {
  for (let at = from + 1; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++
    else if (pattern[at] === ']') return at
  }
  return pattern.length
}

describe('built-in platforms', () => {
  it('are JSON-safe data', () => {
    for (const platform of all) assert.deepEqual(JSON.parse(JSON.stringify(platform)), platform)
  })

  it('have names and aliases of their own', () => {
    const names = platforms.flatMap(({ name, aliases = [] }) => [name, ...aliases])
    assert.deepEqual([...new Set(names)], names)
  })

  /** Many platforms share patterns. */
  const tried = new Set<string>()

  for (const platform of all) {
    describe(platform.name, () => {
      it('matches hostile lines and texts in bounded time', function () {
        this.timeout(20_000)
        const jobs = [
          ...patternsByUse(platform).lines.map((pattern) => ({ pattern, flags: '', length: 1024 })),
          ...patternsByUse(platform).texts.map((pattern) => ({ pattern, flags: 'gm', length: 60_000 })),
        ]
        for (const { pattern, flags, length } of jobs.filter((job) => !tried.has(job.flags + job.pattern))) {
          tried.add(flags + pattern)
          const regexp = new RegExp(flags === '' ? `^(?:${pattern})\\s*$` : pattern, flags)
          const startedAt = performance.now()
          for (const text of hostileTexts(pattern, length)) text.replace(regexp, '')
          const took = performance.now() - startedAt
          // Linear ones take a few milliseconds; a quadratic one takes seconds on these texts.
          assert.ok(took < 1500, `${pattern} took ${took} ms`)
        }
      })

      it('has no quantifier without limit inside another one', () => {
        const { lines, texts } = patternsByUse(platform)
        assert.deepEqual([...lines, ...texts].filter(nestedQuantifiers), [])
      })

      it('keeps to the syntax that a user may write too', () => {
        const { lines, texts } = patternsByUse(platform)
        for (const pattern of [...lines, ...texts]) assert.equal(faultOf(pattern), undefined, pattern)
      })

      it('names the group that its patterns are read by', () => {
        for (const { pattern } of platform.secrets) assert.match(pattern, /\(\?<secret>/)
        for (const pattern of platform.identity) assert.match(pattern, /\(\?<(?:hostname|serial)>/)
      })
    })
  }

  it('are found out by the checks when they are slow', () => {
    assert.ok(nestedQuantifiers('^(a+)+$'))
    assert.ok(nestedQuantifiers('(?:[a-z]*,?)*x'))
    assert.ok(!nestedQuantifiers('(?:a{1,3}b){0,4}\\(+'))
  })

  it('never match a line of more than 1,024 characters', () => {
    const { hostOfPrompt } = patternsOf(platforms.find(({ name }) => name === 'cisco_ios') as Platform)
    assert.equal(hostOfPrompt(`sw1(${'a'.repeat(70)})#`), 'sw1')
    assert.equal(hostOfPrompt(`sw1#${' '.repeat(1100)}`), undefined)
  })
})
