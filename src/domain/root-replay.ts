/** Root events of the past run through the policies that would apply: what would have been denied, by whom, and how it is done instead. Pure. */
import type { RegionCoverage, RootEvent, RootEventKind } from './root-event.ts';
import { canonicalJson } from './canonical-json.ts';
import type { AccountId, Partition } from './identifiers.ts';
import type { Instant } from './instant.ts';
import { findRootTask, type RootUserTask } from './root-tasks.ts';
import { assessChain, type ChainAnswer, type ScpLevel } from './scp-chain.ts';
import { callOf, identityOf, isDenied, isOwnRead } from './usage.ts';

/** `not-restricted`: no policy reaches it. `denied-already`: it was refused when it was made. */
export type ReplayEffect = 'denied' | 'allowed' | 'undecided' | 'not-restricted' | 'denied-already';

export type ReplayedCall = { call: string; count: number; effect: ReplayEffect; because: string; task: RootUserTask | null };

export type ReplayedCaller = {
  account: AccountId;
  /** Twelve hexadecimal digits over account and identity: how a person accepts that this caller will be denied. */
  fingerprint: string;
  kind: RootEventKind;
  accessKeyId: string | null;
  sourceIp: string;
  userAgent: string;
  lastSeenAt: Instant;
  calls: ReplayedCall[];
};

/** What was readable of one account. */
export type AccountCoverage = { account: AccountId; readable: true; regions: RegionCoverage[] } | { account: AccountId; readable: false; because: string };

/** What the log files of one account span; silent between their first and last record is not the same as covered. */
export type LogCoverage = { from: Instant; to: Instant; files: number; faulty: number; regions: string[] };

/** `gaps`: what was asked for and could not be read, as sentences; `logs` is null where no file of this account was given. */
export type MemberCoverage = AccountCoverage & { gaps: string[]; logs: LogCoverage | null };

/** `from` and `to` bound Event history; log files are read whole. */
export type Replay = { from: Instant; to: Instant; callers: ReplayedCaller[]; coverage: MemberCoverage[] };

/** Who called in which account, as a person accepts it: the same identity in another account is somebody else. */
export const deniedFingerprint = (account: AccountId, event: RootEvent, digest: (text: string) => string): string =>
  digest(canonicalJson({ account, ...identityOf(event) })).slice(0, 12);

/** Services whose calls are named in CloudTrail as their IAM actions are. */
const SAME_NAMES: ReadonlySet<string> = new Set([
  'iam', 'sts', 'ec2', 'organizations', 'account', 'kms', 'sns', 'sqs', 'rds', 'dynamodb', 'cloudtrail', 'config', 'events', 'guardduty', 'secretsmanager', 'ssm',
]);

/** An action that no service has: a policy that denies it too denies whatever is asked. */
const ANY_ACTION = 'rootzero:AnyAction';

/**
 * What the chain does to one past call. CloudTrail names calls, not actions; where the two may differ, only policies that do not look at the
 * action decide.
 */
function replayEvent(levels: readonly ScpLevel[], event: RootEvent, account: AccountId, partition: Partition): { effect: ReplayEffect; because: string } {
  if (isDenied(event)) return { effect: 'denied-already', because: 'it was denied when it was made' };
  if (event.kind === 'sign-in') return { effect: 'not-restricted', because: 'a sign-in is not denied; what is done afterwards is' };
  if (event.kind === 'aws-service') return { effect: 'undecided', because: 'an AWS service called for root; how it is bound is not known here' };
  const request = (action: string) => ({
    action,
    resource: '*',
    principalArn: `arn:${partition}:iam::${account}:root`,
    isAssumedRoot: event.kind === 'assumed-root' ? true as const : 'absent' as const,
    context: { 'aws:PrincipalAccount': account, 'aws:RequestedRegion': event.region },
  });
  const named = assessChain(levels, request(callOf(event)));
  const whatever = assessChain(levels, request(ANY_ACTION));
  const isSettled = named.effect === whatever.effect || SAME_NAMES.has(callOf(event).split(':')[0] ?? '');
  if (!isSettled) return { effect: 'undecided', because: 'the policy looks at actions, and CloudTrail may name this one otherwise' };
  return { effect: named.effect, because: reasonOf(named) };
}

function reasonOf(answer: ChainAnswer): string {
  if (answer.effect === 'allowed') return 'no policy on its way denies it';
  const name = answer.by === null ? 'no policy of a level allows it' : `${answer.by.name} (${answer.by.id})`;
  return answer.effect === 'denied' ? name : `${name} has conditions that cannot be decided here`;
}

type AccountEvents = { account: AccountId; levels: readonly ScpLevel[]; events: readonly RootEvent[] };

function replayCallers({ account, levels, events }: AccountEvents, partition: Partition, digest: (text: string) => string): ReplayedCaller[] {
  const callers = new Map<string, ReplayedCaller>();
  for (const event of events) {
    if (isOwnRead(event)) continue;
    const fingerprint = deniedFingerprint(account, event, digest);
    const caller = callers.get(fingerprint) ?? { account, fingerprint, ...identityOf(event), lastSeenAt: event.at, calls: [] };
    callers.set(fingerprint, caller);
    if (event.at > caller.lastSeenAt) caller.lastSeenAt = event.at;
    const outcome = replayEvent(levels, event, account, partition);
    const call = callOf(event);
    const same = caller.calls.find((known) => known.call === call && known.effect === outcome.effect);
    if (same === undefined) caller.calls.push({ call, count: 1, ...outcome, task: findRootTask(call) });
    else same.count += 1;
  }
  return [...callers.values()];
}

/** Callers with something that would be denied come first, then the newest. */
export function assembleReplay(
  accounts: readonly AccountEvents[], coverage: MemberCoverage[], span: { from: Instant; to: Instant }, partition: Partition, digest: (text: string) => string,
): Replay {
  const callers = accounts.flatMap((one) => replayCallers(one, partition, digest));
  const rank = (caller: ReplayedCaller): string => `${isDeniedCaller(caller) ? 1 : 0}${caller.lastSeenAt}${caller.fingerprint}`;
  return { ...span, callers: callers.sort((first, second) => (rank(first) < rank(second) ? 1 : -1)), coverage };
}

/** Something that this caller did would be denied now. */
export const isDeniedCaller = (caller: ReplayedCaller): boolean => caller.calls.some(({ effect }) => effect === 'denied');

/** What depends on a key goes on by itself and will be denied again; a person at a console notices. */
export const isCallerToAccept = (caller: ReplayedCaller): boolean =>
  isDeniedCaller(caller) && (caller.kind === 'root-key' || caller.kind === 'minted-session');
