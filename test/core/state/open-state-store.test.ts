import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { NetlatchError } from '../../../packages/core/src/errors.ts'
import { openStateStore } from '../../../packages/core/src/state/open-state-store.ts'

describe('openStateStore', () => {
  const open = (url: string) =>
    openStateStore({ url, workspace: 'w', program: { program: 'netlatch', user: 'operator' } })

  it('refuses a database that it does not know, and shows none of the passwords in its address', async () => {
    for (const url of ['postgres://ada:s3cret@db/netlatch', 'postgresql://db/netlatch?user=ada&password=s3cret'])
      await assert.rejects(open(url), (error: unknown) => {
        assert.ok(error instanceof NetlatchError)
        assert.equal(error.code, 'INPUT_INVALID')
        assert.match(
          error.message,
          /^state: postgres(ql)? is no database that this version knows\. Write sqlite:<path>\.$/,
        )
        return !JSON.stringify(error).includes('s3cret')
      })
  })
})
