export { agoText, formatAge, formatDay, formatDuration, formatTime, parseAge } from './ages.ts'
export type { Configuration, Pushed, TextDiff } from './backup/archive.ts'
export { printableText } from './backup/reason-text.ts'
export type { CallerSettings } from './caller-settings.ts'
export type { HostKey } from './connection/transport.ts'
export { resultText } from './device-result.ts'
export { type ErrorCode, errorCodes, errorExitCode, NetlatchError } from './errors.ts'
export { type FoundPlatforms, findPlatforms } from './find-platforms.ts'
export { type FoundInventory, findForeignInventories } from './inventory/find-foreign.ts'
export { foldNames, foldNamesShort } from './inventory/fold-names.ts'
export type { DeviceFields } from './inventory/import/item-devices.ts'
export { findInventorySecret, type InventorySecret, removeInventorySecret } from './inventory/inventory-secret.ts'
export { readNameLines } from './inventory/select-devices.ts'
export type { Expectation } from './jobs/expectations.ts'
export type { Job, JobBatch, JobFile, JobProblem } from './jobs/job.ts'
export { findJob } from './jobs/load-jobs.ts'
export { type ListNamesOptions, listNames } from './list-names.ts'
export type { WorkspaceFiles } from './load-files.ts'
export type {
  Attempt,
  Candidate,
  Credential,
  Device,
  DeviceStatus,
  Origin,
  Privilege,
  Problem,
} from './model.ts'
export { type OpenOptions, openNetlatch } from './open-netlatch.ts'
export { type AccountAtRisk, accountsAtRisk } from './operations/accounts-at-risk.ts'
export {
  type AnsweredUsername,
  answerUsername,
  type UsernameAnswer,
} from './operations/answer-username.ts'
export { type BackupOptions, type BackupResult, backupConfigs } from './operations/backup-configs.ts'
export {
  type BackupState,
  type BackupStatus,
  type BackupStatusOptions,
  backupStates,
  backupStatus,
  type DeviceBackup,
  deviceBackup,
} from './operations/backup-status.ts'
export {
  type Assignment,
  changeText,
  type FileChange,
  type InventoryEdit,
  newDeviceValues,
  parseAssignment,
  planInventoryEdits,
} from './operations/change-inventory.ts'
export { changeVault } from './operations/change-vault.ts'
export { type ChangedCandidates, type ChangeGroup, changedCandidates } from './operations/changed-candidates.ts'
export { type CheckedCase, checkPlatform, type PlatformCheck } from './operations/check-platform.ts'
export { checkState, type MigrationReport, migrateState, type StateReport } from './operations/check-state.ts'
export {
  type ComparedAnswers,
  type ComparedCommand,
  compareAnswers,
  type EarlierAnswers,
  readEarlierAnswers,
} from './operations/compare-answers.ts'
export { checkTemplates, type JobResult, judgeAnswers, parseAnswers } from './operations/conclude-job.ts'
export {
  type Coverage,
  type CoverageGroup,
  type CoverageKey,
  type CoverageOptions,
  coverageKeys,
  coverageReport,
} from './operations/coverage-report.ts'
export { type CredentialHealth, credentialHealth, type HealthFinding } from './operations/credential-health.ts'
export {
  type CredentialOverview,
  type CredentialReach,
  type CredentialTarget,
  credentialOverview,
  credentialReach,
  findCredential,
  requireRealm,
} from './operations/credential-reach.ts'
export {
  type DeviceEvent,
  deviceEvents,
  type EventKind,
  type EventOptions,
  eventKinds,
} from './operations/device-events.ts'
export { type ResultWord, resultWord } from './operations/device-facts.ts'
export { type DeviceItem, type DevicesOfItems, devicesOfItems } from './operations/devices-of-items.ts'
export { type DiagnoseOptions, diagnoseDevice } from './operations/diagnose-device.ts'
export type { Diagnosis, DiagnosisStep } from './operations/diagnosis.ts'
export {
  type DiffOptions,
  diffSnapshots,
  type ShowOptions,
  showSnapshot,
  snapshotHistory,
} from './operations/diff-snapshots.ts'
export { type DiscoverOptions, discoverCredentials } from './operations/discover-credentials.ts'
export type { DiscoveryPlan, PlannedAccount, PlannedCredential, PlannedDevice } from './operations/discovery-plan.ts'
export { type Explanation, explainCandidates } from './operations/explain-candidates.ts'
export {
  type ExportedFile,
  type ExportFormat,
  exportFormats,
  exportInventory,
} from './operations/export-inventory.ts'
export { exportState, type StateLine } from './operations/export-state.ts'
export { type FollowedTag, followTag } from './operations/follow-tag.ts'
export {
  type AcceptedCapture,
  acceptCapture,
  dropHeldCapture,
  type HeldCapture,
  heldCaptures,
} from './operations/held-captures.ts'
export type { Finding } from './operations/host-key-oddities.ts'
export { type HostKeyImport, importHostKeys, type KnownHostsSource } from './operations/import-host-keys.ts'
export {
  type ImportNote,
  type ImportOptions,
  type ImportReport,
  type ImportRequest,
  type ImportSource,
  importInventory,
  importSources,
  type NoteKind,
  type SyncReport,
  type SyncRequest,
  type SyncSource,
  sourceTitles,
  syncInventory,
  writeInventory,
} from './operations/import-inventory.ts'
export { type LegacyProfile, legacyProfiles } from './operations/legacy-profiles.ts'
export { type HostKeyList, type ListedKey, listHostKeys } from './operations/list-host-keys.ts'
export { checkJobs, jobHistory, type ListedJob, listJobs } from './operations/list-jobs.ts'
export { listPlatforms, type PlatformOverview, showPlatform } from './operations/list-platforms.ts'
export { type MergeVaultOptions, mergeVault } from './operations/merge-vault.ts'
export { type NameKind, type NamePlace, namePlaces } from './operations/name-places.ts'
export type { Netlatch } from './operations/netlatch.ts'
export {
  type DeviceTerminal,
  openTerminal,
  type TerminalOptions,
  type TerminalSize,
} from './operations/open-terminal.ts'
export { isAccountSafe } from './operations/plan-accounts.ts'
export { type DiscoveryOptions, planDiscovery } from './operations/plan-discovery.ts'
export { type JobPlan, type JobsPlan, type PlanJobOptions, planJob } from './operations/plan-job.ts'
export { type PlanQuestion, planQuestions } from './operations/plan-questions.ts'
export { planRename, type RenamePlan } from './operations/plan-rename.ts'
export { type ProblemFix, problemFixes, tagsThatApply } from './operations/problem-fixes.ts'
export { type PushOptions, pushBackups } from './operations/push-backups.ts'
export { readAudit, verifyAudit } from './operations/read-audit.ts'
export {
  type ConfigurationResult,
  type ConfigurationText,
  type ReadConfigurationOptions,
  readConfiguration,
} from './operations/read-configuration.ts'
export { failedTries, nothingKnown, readStanding, type Standing } from './operations/read-standing.ts'
export { type RecordedSession, type RecordOptions, recordSession } from './operations/record-session.ts'
export { releaseCredential } from './operations/release-credential.ts'
export { type CommandsResult, type RunCommandsOptions, runCommands } from './operations/run-commands.ts'
export { type JobEvent, type JobSummary, type RunJobOptions, runJob } from './operations/run-job.ts'
export { parseScan, type ScanReport, scanHostKeys } from './operations/scan-host-keys.ts'
export { type BackupMatch, type SearchOptions, searchBackups } from './operations/search-backups.ts'
export type { ScannedKey } from './operations/see-host-key.ts'
export { findDevice, selectTargets, type TargetOptions, type Targets } from './operations/select-targets.ts'
export { type StartupDiff, startupDiffs } from './operations/startup-diffs.ts'
export { type Cause, causeDevices, type RunSummary, summariseResults } from './operations/summarise-results.ts'
export { markdownText, summaryMarkdown } from './operations/summary-markdown.ts'
export {
  loginHistory,
  type TestLoginsOptions,
  type TestOptions,
  testCredential,
  testLogins,
} from './operations/test-credential.ts'
export {
  type ForgottenKeys,
  forgetHostKey,
  keyOwner,
  type TrustChange,
  trustHostKey,
} from './operations/trust-host-key.ts'
export { type HandEditedVault, openHandEdited, sealHandEdit } from './operations/vault-hand-edits.ts'
export {
  type FingerprintReport,
  isFingerprintList,
  parseFingerprints,
  verifyFingerprints,
} from './operations/verify-fingerprints.ts'
export type { AttemptSummary, DeviceResult, ProgressEvent, RunOptions } from './progress.ts'
export { type DeviceOutcome, type ResultCode, type ResultSymbol, resultCode, resultCodes } from './result-codes.ts'
export { type LoginSecret, Secret } from './secret.ts'
export type { DeviceRecord, JobRunRecord, SnapshotRecord } from './state/state-store.ts'
export type { ParsedAnswer } from './textfsm/parse-answer.ts'
export { isRecipient } from './vault/age-wrap.ts'
export { createVault, type NewRecipient } from './vault/create-vault.ts'
export {
  addCredential,
  type CredentialChanges,
  type CredentialFields,
  type CredentialSource,
  removeCredential,
  setCredential,
  setDefault,
} from './vault/edit-credentials.ts'
export { addRecipient, changePassphrase } from './vault/edit-recipients.ts'
export type { HandEdit } from './vault/hand-edits.ts'
export { ensureIdentityFile, parseIdentities } from './vault/identity-file.ts'
export { checkLogins, type Login } from './vault/logins.ts'
export { type MergeFiles, mergeVaultFiles } from './vault/merge-vault-files.ts'
export type { OpenVault } from './vault/open-vault.ts'
export { acceptVault } from './vault/pin.ts'
export { readVault, type VaultFile } from './vault/read-vault.ts'
export { type RotatedVault, type RotateOptions, rotateVault } from './vault/rotate-vault.ts'
export { exportCredentials, type ImportedCredentials, importCredentials } from './vault/transfer-credentials.ts'
export { defaultIdentityFile, findVaultKeys } from './vault/unlock.ts'
export type { VaultKeys } from './vault/unlock-data-key.ts'
export type { Confinement } from './workspace/confinement.ts'
export { type CreatedWorkspace, createWorkspace } from './workspace/create-workspace.ts'
export { diskFiles, type FileReader } from './workspace/file-reader.ts'
export { type JsonSchemaFile, jsonSchemas } from './workspace/json-schema.ts'
export { type ListedWorkspace, listWorkspaces, type WorkspaceList } from './workspace/list-workspaces.ts'
export { refuseErrors } from './workspace/load-workspace.ts'
export { nearestName } from './workspace/nearest-name.ts'
