import { sqljsUnderTest } from '../../support/sqljs-under-test.ts'
import { describeStateStore } from '../../support/state-store-conformance.ts'

describeStateStore('sql.js', sqljsUnderTest)
