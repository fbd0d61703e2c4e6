/** Every problem that rootzero can report: code → summary, fault, exit code, next step. `runbooks/problems.md` is generated from it. */

type Entry = {
  summary: string;
  fault: 'operator' | 'environment' | 'tool';
  exitCode: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 70 | 75;
  nextStep: string;
};

const define = <Codes extends string>(entries: Record<Codes, Entry>): Record<Codes, Entry> => entries;

export const PROBLEMS = define({
  // Wrong usage and bad input
  'input/usage': { summary: 'The command line was not understood.', fault: 'operator', exitCode: 3, nextStep: 'rootzero --help' },
  'input/no-terminal': { summary: 'This has to be asked, and there is no terminal to ask on.', fault: 'operator', exitCode: 3, nextStep: 'Do it in two steps: rootzero plan --out plan.json, then rootzero apply plan.json --approve DIGEST' },
  'input/malformed-identifier': { summary: 'An identifier is malformed.', fault: 'operator', exitCode: 3, nextStep: 'Correct it and run the command again.' },
  'input/bad-duration': { summary: 'A duration was not understood.', fault: 'operator', exitCode: 3, nextStep: 'Write it as 90m, 26h or 3d.' },
  'input/unknown-scenario': { summary: 'There is no such rehearsal scenario.', fault: 'operator', exitCode: 3, nextStep: 'rootzero rehearse --list' },
  'input/unreadable-file': { summary: 'A file could not be read.', fault: 'operator', exitCode: 3, nextStep: 'Check the path and its permissions.' },
  'input/unwritable-file': { summary: 'A file could not be written.', fault: 'operator', exitCode: 3, nextStep: 'Check the path and its permissions, or give another one.' },
  'input/acknowledgement': { summary: 'An acknowledgement does not fit what was found.', fault: 'operator', exitCode: 3, nextStep: 'Use a fingerprint that `rootzero plan` lists, with a reason: --acknowledge FINGERPRINT=REASON' },
  'input/needless-override': { summary: 'An override was given that nothing in this plan needs.', fault: 'operator', exitCode: 3, nextStep: 'Leave it out and plan again.' },
  'input/waivers': { summary: 'The waivers file was not understood; no waiver was applied and nothing was read.', fault: 'operator', exitCode: 3, nextStep: 'Correct the line that is named; policies/ci/README.md shows the form.' },
  'state/unwritable': { summary: 'The state folder cannot be written.', fault: 'operator', exitCode: 3, nextStep: 'Give a writable folder: --state-dir DIR' },
  'state/no-such-run': { summary: 'There is no such run in the state folder.', fault: 'operator', exitCode: 3, nextStep: 'rootzero status' },
  'state/no-run': { summary: 'There is no unfinished run.', fault: 'operator', exitCode: 3, nextStep: 'rootzero status' },
  'state/several-runs': { summary: 'More than one run is unfinished.', fault: 'operator', exitCode: 3, nextStep: 'Name one: rootzero status lists them.' },
  'state/bad-bundle': { summary: 'The file is not an exported run, or it was damaged.', fault: 'operator', exitCode: 3, nextStep: 'Export the run again: rootzero run export RUN --out FILE' },

  // Credentials and endpoints
  'credentials/missing': { summary: 'No usable credentials.', fault: 'operator', exitCode: 4, nextStep: 'Sign in (aws login, aws sso login) or give --profile, then run the command again.' },
  'credentials/expired': { summary: 'The credentials have expired or are no longer valid.', fault: 'operator', exitCode: 4, nextStep: 'Sign in again (aws login, aws sso login), then run the same command.' },
  'credentials/mfa-needed': { summary: 'This profile needs an MFA code, and there is no terminal to ask on.', fault: 'operator', exitCode: 4, nextStep: 'Run the command on a terminal, or use a profile without mfa_serial.' },
  'credentials/profile-unknown': { summary: 'There is no such profile.', fault: 'operator', exitCode: 4, nextStep: 'aws configure list-profiles' },
  'credentials/not-root': { summary: 'The root profile is not a root user session.', fault: 'operator', exitCode: 4, nextStep: 'Sign in as root (aws login --profile root) and give that profile as --root-profile.' },
  'credentials/root-session-needed': { summary: 'This step needs a session of the root user.', fault: 'operator', exitCode: 4, nextStep: 'Sign in as root (aws login --profile root) and give --root-profile root; or do it in the console: rootzero plan --console --out plan.json' },
  'credentials/organization-needed': { summary: 'This step needs an identity of the management account of the organization.', fault: 'operator', exitCode: 4, nextStep: 'Give a profile of the management account: --org-profile NAME' },
  'credentials/root-session-unusable': { summary: 'The root session may not call the access key APIs.', fault: 'environment', exitCode: 4, nextStep: 'Let somebody do it in the console as root, told and watched: rootzero plan --console --out plan.json' },
  'console/blind': { summary: 'The reading identity could not see what is done in the console.', fault: 'operator', exitCode: 4, nextStep: 'Give a --profile with a role that may call iam:GetAccountSummary and cloudtrail:LookupEvents, then plan again: rootzero plan --console --out plan.json' },
  'credentials/reader-signed-by-planned-key': { summary: 'The reading profile is signed by a key that is about to be contained.', fault: 'operator', exitCode: 4, nextStep: 'Give a --profile that does not depend on that key.' },
  'identity/wrong-account': { summary: 'These credentials belong to another account than the run.', fault: 'operator', exitCode: 6, nextStep: 'Use credentials of the account that the run names; nothing was changed.' },
  'identity/other-organization': { summary: 'The organization profile is not of the management account of this organization.', fault: 'operator', exitCode: 6, nextStep: 'Give a profile of the management account as --org-profile, or leave it out; nothing was changed.' },
  'identity/two-accounts': { summary: 'The two profiles belong to different accounts.', fault: 'operator', exitCode: 6, nextStep: 'Give profiles of the same account; nothing was changed.' },
  'endpoint/overridden': { summary: 'An AWS endpoint is overridden to a host that is not on loopback.', fault: 'operator', exitCode: 3, nextStep: 'Remove the override, or allow it by name: --allow-endpoint HOST' },
  'endpoint/malformed': { summary: 'An AWS endpoint is not a URL.', fault: 'operator', exitCode: 3, nextStep: 'Correct endpoint_url in the profile or AWS_ENDPOINT_URL in the environment.' },
  'endpoint/live-in-rehearsal': { summary: 'A rehearsal tried to reach a real endpoint.', fault: 'tool', exitCode: 70, nextStep: 'Nothing was sent. Please report this.' },

  // AWS answers
  'aws/access-denied': { summary: 'AWS denied the call.', fault: 'operator', exitCode: 4, nextStep: 'Give this identity the permission, then run the same command again.' },
  'aws/throttled': { summary: 'AWS throttled the calls for longer than rootzero waits.', fault: 'environment', exitCode: 2, nextStep: 'Wait a minute and run the same command again.' },
  'aws/unreachable': { summary: 'AWS could not be reached, or did not answer in time.', fault: 'environment', exitCode: 2, nextStep: 'Check the network and proxy, then run the same command again.' },
  'aws/server-error': { summary: 'AWS answered with an error of its own.', fault: 'environment', exitCode: 2, nextStep: 'Wait a minute and run the same command again.' },
  'aws/not-found': { summary: 'AWS does not know what was asked for.', fault: 'environment', exitCode: 6, nextStep: 'Look at what changed, then plan again.' },
  'aws/already-exists': { summary: 'It already exists in AWS.', fault: 'environment', exitCode: 6, nextStep: 'Look at what changed, then plan again.' },
  'aws/precondition': { summary: 'AWS refused: a precondition on its side is not met.', fault: 'operator', exitCode: 6, nextStep: 'Mend what the message names, then run the same command again.' },
  'aws/rejected': { summary: 'AWS rejected the request.', fault: 'environment', exitCode: 6, nextStep: 'Read the message; nothing further was changed.' },
  'aws/unreadable-answer': { summary: 'The answer from AWS was not understood.', fault: 'environment', exitCode: 2, nextStep: 'Check proxies and endpoints between here and AWS, then run the same command again.' },
  'aws/not-in-organization': { summary: 'The account is not in an organization.', fault: 'environment', exitCode: 2, nextStep: 'Nothing to do: the account is standalone.' },
  'report/not-ready': { summary: 'The credential report did not become ready in time.', fault: 'environment', exitCode: 2, nextStep: 'Wait a minute and run the same command again.' },
  'report/absent': { summary: 'There is no credential report.', fault: 'environment', exitCode: 2, nextStep: 'Allow iam:GenerateCredentialReport, then run the same command again.' },
  'report/unreadable': { summary: 'The credential report was not understood.', fault: 'environment', exitCode: 2, nextStep: 'Run the command again; if it stays so, report it with the header line of the report.' },
  'facts/not-root-caller': { summary: 'Only the root user can list root access keys; this identity is another.', fault: 'environment', exitCode: 2, nextStep: 'Give a root session as --root-profile to see key ids and status.' },
  'facts/asked-elsewhere': { summary: 'Only the management account of the organization, or the delegated administrator for IAM, can tell.', fault: 'environment', exitCode: 2, nextStep: 'Ask there: rootzero check --fail-on posture' },
  'facts/not-read': { summary: 'This was not read.', fault: 'environment', exitCode: 2, nextStep: 'Run the command again.' },

  // Plans
  'plan/malformed': { summary: 'The file is not a plan of rootzero.', fault: 'operator', exitCode: 3, nextStep: 'Make one: rootzero plan --out plan.json' },
  'plan/other-schema': { summary: 'The plan was made by another version of rootzero, in another schema.', fault: 'operator', exitCode: 3, nextStep: 'Make a new plan: rootzero plan --out plan.json' },
  'plan/tampered': { summary: 'The plan does not match its own digest.', fault: 'operator', exitCode: 6, nextStep: 'Make a new plan: rootzero plan --out plan.json' },
  'plan/wrong-digest': { summary: 'The digest that was approved is not the digest of this plan.', fault: 'operator', exitCode: 3, nextStep: 'Read the plan, then approve the digest that `rootzero plan` printed.' },
  'plan/not-approved': { summary: 'The plan deletes keys and was not approved.', fault: 'operator', exitCode: 3, nextStep: 'Read the plan, then give its digest (--approve DIGEST), or confirm each key at a terminal.' },
  'plan/blocked': { summary: 'The plan cannot be applied as it stands.', fault: 'operator', exitCode: 6, nextStep: 'Settle what it lists, then plan again.' },
  'plan/stale': { summary: 'The world is no longer as the plan says.', fault: 'environment', exitCode: 6, nextStep: 'It was left as it is. Look at what differs, then plan again: rootzero plan --out plan.json' },
  'plan/nothing-to-do': { summary: 'There is nothing to do.', fault: 'operator', exitCode: 0, nextStep: 'rootzero check' },
  'plan/other-world': { summary: 'A plan made in a rehearsal cannot be applied to a live account, nor the other way round.', fault: 'operator', exitCode: 6, nextStep: 'Make a plan where it is to be applied.' },

  // Runs
  'run/unfinished': { summary: 'Another run for this account is unfinished.', fault: 'operator', exitCode: 6, nextStep: 'Go on with it (rootzero resume RUN) or undo it (rootzero rollback RUN).' },
  'run/locked': { summary: 'Another process is working on this run.', fault: 'operator', exitCode: 6, nextStep: 'Wait until it ends, then run the same command again.' },
  'run/moved': { summary: 'This run was exported; it goes on where it was imported.', fault: 'operator', exitCode: 6, nextStep: 'Import it back to go on here: rootzero run import FILE; if there is no file, export it again first.' },
  'run/over': { summary: 'This run is over.', fault: 'operator', exitCode: 6, nextStep: 'rootzero status' },
  'run/superseded': { summary: 'A newer run has taken over this account.', fault: 'operator', exitCode: 6, nextStep: 'rootzero status' },
  'journal/damaged': { summary: 'The journal of this run is damaged.', fault: 'environment', exitCode: 6, nextStep: 'Nothing was changed. Keep the run folder, look at the account (rootzero check), then make a new plan.' },
  'journal/other-schema': { summary: 'The journal was written by another version of rootzero.', fault: 'operator', exitCode: 6, nextStep: 'Go on with the version that the run names.' },
  'step/unclear': { summary: 'It could not be found out whether a step had its effect.', fault: 'environment', exitCode: 6, nextStep: 'Nothing was repeated. Look at the account (rootzero check), then go on: rootzero resume' },
  'step/no-effect': { summary: 'AWS accepted the step, but its effect did not show.', fault: 'environment', exitCode: 6, nextStep: 'Look at the account (rootzero check), then go on: rootzero resume' },
  'soak/key-not-contained': { summary: 'The key was not contained for the whole soak.', fault: 'environment', exitCode: 6, nextStep: 'The key is kept as it is. Find out who re-activated it, then plan again: rootzero plan --out plan.json' },
  'soak/root-use': { summary: 'Root was used during the soak by somebody who was not acknowledged.', fault: 'environment', exitCode: 6, nextStep: 'Containment is kept. Find out who it was, then plan again, or: rootzero plan --suspected-compromise' },
  'soak/new-key': { summary: 'A root access key appeared that the plan does not name.', fault: 'environment', exitCode: 6, nextStep: 'Containment is kept. Find out who made it, then plan again, or: rootzero plan --suspected-compromise' },
  'soak/not-proved': { summary: 'It could not be read back that the key was contained for the whole soak.', fault: 'environment', exitCode: 6, nextStep: 'Allow cloudtrail:LookupEvents and resume, or plan again with --accept-unproved-soak REASON.' },
  'soak/too-short': { summary: 'The key has not been contained for the required soak.', fault: 'tool', exitCode: 6, nextStep: 'rootzero resume, after the deadline' },
  'soak/waiting': { summary: 'The soak is not over.', fault: 'operator', exitCode: 75, nextStep: 'rootzero resume' },
  'console/waiting': { summary: 'It waits for somebody to act in the console.', fault: 'operator', exitCode: 75, nextStep: 'rootzero resume' },
  'console/deleted-early': { summary: 'A key was deleted in the console before its soak was over.', fault: 'operator', exitCode: 6, nextStep: 'It cannot be brought back. If something broke: rootzero runbook rollback. What is left: rootzero check' },
  'console/wrong-key': { summary: 'Another key than the planned one was changed in the console.', fault: 'operator', exitCode: 6, nextStep: 'Nothing further is told. Find out what happened (rootzero check), then plan again: rootzero plan --console --out plan.json' },
  'console/key-left': { summary: 'The planned keys are gone, and a root access key that nobody knew of is left.', fault: 'environment', exitCode: 6, nextStep: 'rootzero check, then plan again: rootzero plan --console --out plan.json' },
  'compromise/contained': { summary: 'The keys are contained; what root did is listed and needs a person.', fault: 'environment', exitCode: 6, nextStep: 'rootzero runbook suspected-compromise' },
  'rollback/key-gone': { summary: 'A deleted key cannot be brought back.', fault: 'operator', exitCode: 6, nextStep: 'rootzero runbook rollback' },
  'rollback/compromise': { summary: 'This run contained a suspected compromise; re-activating the key would let the intruder in again.', fault: 'operator', exitCode: 6, nextStep: 'If you are sure, give the digest of the plan: rootzero rollback RUN --approve DIGEST' },
  'delete/not-confirmed': { summary: 'The deletion was not confirmed.', fault: 'operator', exitCode: 75, nextStep: 'Nothing was deleted, and containment is kept. Go on when you are ready: rootzero resume' },
  'verify/keys-left': { summary: 'Root access keys are still there.', fault: 'environment', exitCode: 6, nextStep: 'rootzero check, then plan again.' },
  'verify/not-verified': { summary: 'The delete was sent, but nobody could verify it.', fault: 'environment', exitCode: 2, nextStep: 'Run rootzero check with a role that may call iam:GetAccountSummary.' },
  'keys/last-use-unknown': { summary: 'When the key was last used could not be read.', fault: 'environment', exitCode: 2, nextStep: 'Allow iam:GetAccessKeyLastUsed, then run the command again.' },

  // Guardrails
  'guardrail/not-management': { summary: 'This identity does not manage an organization.', fault: 'operator', exitCode: 6, nextStep: 'Leave the SCP out (--no-scp), or run it from the management account.' },
  'guardrail/scp-not-enabled': { summary: 'Service control policies are not enabled in this organization.', fault: 'operator', exitCode: 6, nextStep: 'Enable them (aws organizations enable-policy-type), then plan again, or leave the SCP out (--no-scp).' },
  'guardrail/target-unknown': { summary: 'The SCP target is not an organizational unit or account of this organization, or is too wide.', fault: 'operator', exitCode: 3, nextStep: 'Give a sandbox OU or one account: --scp-target ou-…' },
  'guardrail/name-taken': { summary: 'A policy of the same name has other content.', fault: 'operator', exitCode: 6, nextStep: 'It was left alone. Rename or align it, then plan again, or leave the SCP out (--no-scp).' },
  'guardrail/no-slot': { summary: 'The target has no free slot for another SCP.', fault: 'operator', exitCode: 6, nextStep: 'Merge or detach a policy, then plan again.' },
  'guardrail/too-long': { summary: 'The policy is longer than Organizations accepts.', fault: 'operator', exitCode: 6, nextStep: 'Shorten it, then plan again.' },
  'guardrail/control-tower': { summary: 'Control Tower already governs root on this target.', fault: 'operator', exitCode: 6, nextStep: 'Set the control parameter ExemptAssumeRoot in Control Tower instead, and leave the SCP out (--no-scp).' },
  'guardrail/config-region': { summary: 'The Config rule is not available in this Region.', fault: 'operator', exitCode: 3, nextStep: 'Give another Region: --config-region us-east-1' },
  'guardrail/no-recorder': { summary: 'AWS Config has no customer-managed recorder that is recording here.', fault: 'operator', exitCode: 6, nextStep: 'Turn on AWS Config recording in that Region, or leave the rule out (--no-config).' },
  'guardrail/config-differs': { summary: 'A Config rule of the same name differs.', fault: 'operator', exitCode: 6, nextStep: 'It was left alone. Align or rename it, then plan again, or leave the rule out (--no-config).' },
  'guardrail/alert-differs': { summary: 'An event rule of the same name has other content.', fault: 'operator', exitCode: 6, nextStep: 'It was left alone. Rename or align it, or replace it (it can be brought back): rootzero guard alerts apply --replace' },
  'guardrail/alert-missing': { summary: 'There is no such alert to be tried.', fault: 'operator', exitCode: 6, nextStep: 'rootzero guard alerts apply' },
  'guardrail/alert-topic': { summary: 'A topic cannot be used for alerts.', fault: 'operator', exitCode: 6, nextStep: 'It was left alone. Give another topic, or mend what the message names.' },
  'guardrail/no-trail': { summary: 'No trail carries events to EventBridge, so no alert would ever fire.', fault: 'operator', exitCode: 6, nextStep: 'Nothing was changed. Create a trail of all Regions with management events and start its logging, then run the command again, or --accept-no-trail.' },
  'guardrail/not-config-administrator': { summary: 'This account may not put Config rules into the accounts of an organization.', fault: 'operator', exitCode: 6, nextStep: 'Use the management account, or the delegated administrator for config-multiaccountsetup.amazonaws.com.' },
  'guardrail/rule-not-spread': { summary: 'The organization rule did not reach every account.', fault: 'environment', exitCode: 2, nextStep: 'Turn on AWS Config recording in the accounts that failed, or leave them out (--exclude ACCOUNT), then run the command again.' },

  // Ourselves
  'run/cancelled': { summary: 'Cancelled by the operator.', fault: 'operator', exitCode: 5, nextStep: 'Nothing was contained. Run the command again when ready.' },
  'run/interrupted': { summary: 'Interrupted; the journal is closed and nothing is lost.', fault: 'operator', exitCode: 75, nextStep: 'rootzero resume' },
  'node/too-old': { summary: 'This Node.js is too old.', fault: 'operator', exitCode: 3, nextStep: 'Use Node.js 20.19 or newer.' },
  'tool/defect': { summary: 'A defect in rootzero.', fault: 'tool', exitCode: 70, nextStep: 'Nothing further was changed. Please report it with the command line.' },
});

export type ProblemCode = keyof typeof PROBLEMS;
