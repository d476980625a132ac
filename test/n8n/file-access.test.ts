import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { accessByEnvironment } from '../../packages/n8n-nodes/src/workspace/file-access.ts'

const place = '/srv/netlatch/acme'

describe('the files that lists, polls and tests of credentials may use', () => {
  it('are those that n8n lets its nodes use', async () => {
    assert.equal(await accessByEnvironment({})(place), false)
    assert.equal(await accessByEnvironment({})(join(homedir(), '.n8n-files/netlatch')), true)
    assert.equal(await accessByEnvironment({ N8N_RESTRICT_FILE_ACCESS_TO: '/data; /srv/netlatch' })(place), true)
    assert.equal(await accessByEnvironment({ N8N_RESTRICT_FILE_ACCESS_TO: '' })('/srv/netlatch/.git/config'), false)
  })

  it('are none of those that n8n keeps for itself', async () => {
    const own = {
      N8N_CONFIG_FILES: '/etc/n8n/one.json,/srv/netlatch',
      N8N_CUSTOM_EXTENSIONS: '/opt/nodes;/srv/netlatch',
      N8N_BINARY_DATA_STORAGE_PATH: '/srv/netlatch',
      N8N_UM_EMAIL_TEMPLATES_INVITE: '/srv/netlatch',
      N8N_UM_EMAIL_TEMPLATES_PWRESET: '/srv/netlatch',
    }
    for (const [name, value] of Object.entries(own)) {
      const env = { N8N_RESTRICT_FILE_ACCESS_TO: '', [name]: value }
      assert.equal(await accessByEnvironment(env)(place), false, name)
      assert.equal(
        await accessByEnvironment({ ...env, N8N_BLOCK_FILE_ACCESS_TO_N8N_FILES: 'false' })(place),
        true,
        name,
      )
    }
    const env = { N8N_RESTRICT_FILE_ACCESS_TO: '', N8N_USER_FOLDER: '/srv/user' }
    for (const folder of ['.n8n', '.n8n/nodes', '.cache/n8n/public'])
      assert.equal(await accessByEnvironment(env)(`/srv/user/${folder}`), false, folder)
  })

  it('are none at all where a pattern of the administrator cannot be read', async () => {
    const env = { N8N_RESTRICT_FILE_ACCESS_TO: '', N8N_BLOCK_FILE_PATTERNS: 'secret(' }
    assert.equal(await accessByEnvironment(env)(place), false)
  })
})
