import type { Page } from 'playwright-core'

// Runs in the page, which the compiler does not know.
const readStorage = `(async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
  const stored = { localStorage: { ...localStorage }, sessionStorage: { ...sessionStorage } }
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name))
    for (const store of database.objectStoreNames) {
      const entries = database.transaction(store).objectStore(store)
      stored[name + '/' + store] = await Promise.all([done(entries.getAllKeys()), done(entries.getAll())])
    }
    database.close()
  }
  const readable = (_, value) =>
    value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? new TextDecoder().decode(value) : value
  return JSON.stringify(stored, readable)
})()`

/** All that a page keeps in its browser, as text: VS Code's stored state is there when its window is a page. */
export async function browserStorage(page: Page): Promise<string> {
  return page.evaluate<string>(readStorage)
}
