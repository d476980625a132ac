import { sqliteUnderTest } from '../../support/sqlite-under-test.ts'
import { describeStateStore } from '../../support/state-store-conformance.ts'

describeStateStore('SQLite', sqliteUnderTest)
