import { setTimeout as sleep } from 'node:timers/promises'

const patienceMs = 300_000

/** Waits for something on a machine that may be busy; throws with `why` when it has not come in five minutes. */
export async function until(
  happened: () => boolean | Promise<boolean>,
  why: () => string | Promise<string>,
): Promise<void> {
  const end = performance.now() + patienceMs
  while (!(await happened())) {
    if (performance.now() > end) throw new Error(await why())
    await sleep(50)
  }
}
