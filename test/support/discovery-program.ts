/** A discovery of a whole workspace as a program: says each result in a line. Arguments: the folder, and how far time has moved. */
import { writeSync } from 'node:fs'
import { openNetlatch } from '../../packages/core/src/open-netlatch.ts'
import { discoverCredentials } from '../../packages/core/src/operations/discover-credentials.ts'
import { planDiscovery } from '../../packages/core/src/operations/plan-discovery.ts'
import { devicesOf, MovedClock } from './fleet-bench.ts'

const [, , folder = '', movedMs = '0'] = process.argv
const clock = new MovedClock()
clock.move(Number(movedMs))
await using netlatch = await openNetlatch({ cwd: folder, workspace: folder, env: process.env, program: 'cli', clock })
const plan = await planDiscovery(netlatch, await devicesOf(netlatch))
// In one write: a line is whole or not there.
for await (const { device, code } of discoverCredentials(netlatch, plan, { wait: false }))
  writeSync(1, `${JSON.stringify({ device, code })}\n`)
