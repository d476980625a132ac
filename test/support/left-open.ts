/** Mocha's root hooks. The runs end by force, so that nothing can hang; what would have hung is said instead. */
export const mochaHooks = {
  async afterAll() {
    // Sockets that were destroyed by the last test close in the next turns of the loop.
    await new Promise((resolve) => setTimeout(resolve, 100))
    const open = process.getActiveResourcesInfo().filter((kind) => !own.has(kind))
    if (open.length > 0) console.log(`\n  Left open after the last test: ${open.join(', ')}`)
  },
}

/** Standard input and output, mocha's own timer, and the timer of this hook. */
const own = new Set(['PipeWrap', 'TTYWrap', 'Timeout', 'Immediate', 'FSReqPromise'])
