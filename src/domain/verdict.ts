/** What the facts say about the root keys of one account: four states for each slot, one for the account, and the exit code. */
import { maskKeyId, type AccessKeyId } from './identifiers.ts';
import type { Instant } from './instant.ts';
import type { Observed } from './observed.ts';
import { PROBLEMS } from './problem-registry.ts';
import type { CredentialReport, RootKey, RootUserFacts } from './root-user.ts';

export type SlotState = 'active' | 'inactive' | 'absent' | 'unknown';
/** `present`: there is a key, but its status is unknown. */
export type AccountState = 'active' | 'inactive' | 'present' | 'absent' | 'unknown';

/** Slots count keys, in the order in which a source names them. `isPresent` with state `unknown`: a key whose status is not known. */
export type Slot = { state: SlotState; keyId: AccessKeyId | null; isPresent: boolean };

/** Every source that was asked, with the time it is true for, or why it is not known. */
export type SourceNote = { source: string; at: Instant | null; note: string | null };

export type Verdict = {
  state: AccountState;
  slots: [Slot, Slot];
  sources: SourceNote[];
};

type Ruling = Pick<Verdict, 'state' | 'slots'>;

const ABSENT: Slot = { state: 'absent', keyId: null, isPresent: false };
const UNKNOWN: Slot = { state: 'unknown', keyId: null, isPresent: false };
const REPORTED_ACTIVE: Slot = { state: 'active', keyId: null, isPresent: true };
const STATUS_UNKNOWN: Slot = { state: 'unknown', keyId: null, isPresent: true };
const NO_KEYS: Ruling = { state: 'absent', slots: [ABSENT, ABSENT] };

function ruleByList(keys: RootKey[]): Ruling {
  const slotAt = (index: 0 | 1): Slot => {
    const key = keys[index];
    return key === undefined ? ABSENT : { state: key.status, keyId: key.keyId, isPresent: true };
  };
  const state = keys.some((key) => key.status === 'active') ? 'active' : keys.length > 0 ? 'inactive' : 'absent';
  return { state, slots: [slotAt(0), slotAt(1)] };
}

/** The report's `true` is a key that was active; its `false` may be inactive, deleted or newer than the report. */
function ruleByReport(report: CredentialReport): Ruling {
  const slotAt = (index: 0 | 1): Slot => (report.keys[index].isActive ? REPORTED_ACTIVE : UNKNOWN);
  return { state: report.keys.some((key) => key.isActive) ? 'active' : 'unknown', slots: [slotAt(0), slotAt(1)] };
}

function ruleOnKeys({ keys, partition, report, summary }: RootUserFacts): Ruling {
  if (keys.known) return ruleByList(keys.value);
  if (summary.known && !summary.value.keysPresent) return NO_KEYS;
  const reported: Ruling = report.known ? ruleByReport(report.value) : { state: 'unknown', slots: [UNKNOWN, UNKNOWN] };
  if (reported.state === 'active') return reported;
  if (summary.known) return { state: 'present', slots: [STATUS_UNKNOWN, UNKNOWN] };
  return partition === 'aws-cn' ? NO_KEYS : reported;
}

function noteOf<Value>(fact: Observed<Value>, remarks: (string | false)[]): SourceNote {
  if (!fact.known) {
    const summary = PROBLEMS[fact.because].summary;
    return { source: fact.source, at: null, note: fact.detail === undefined ? summary : `${summary} ${fact.detail}` };
  }
  const note = remarks.filter((remark) => remark !== false).join(' ');
  return { source: fact.source, at: fact.at, note: note === '' ? null : note };
}

/** How the report falls short of, or contradicts, what was read live. */
function reportRemarks({ keys, report, summary }: RootUserFacts): (string | false)[] {
  if (!report.known) return [];
  const { generatedAt } = report.value;
  const reported = report.value.keys.filter((key) => key.isActive).length;
  const isKeyCountedLive = !keys.known && summary.known ? summary.value.keysPresent : null;
  const newer = keys.known ? keys.value.filter((key) => key.createdAt !== null && key.createdAt > generatedAt) : [];
  return [
    'AWS caches the report for up to 4 h, and it cannot tell an inactive key from a deleted one.',
    newer.length > 0 && `It is older than key ${newer.map((key) => maskKeyId(key.keyId)).join(' and ')}.`,
    keys.known && keys.value.filter((key) => key.status === 'active').length !== reported
      && `It shows ${reported} active key${reported === 1 ? '' : 's'}, unlike the live list.`,
    isKeyCountedLive === false && reported > 0 && 'It still shows an active key; GetAccountSummary, which is live, counts none.',
    isKeyCountedLive === true && reported === 0 && 'It shows no active key; the key that exists is inactive or newer than the report.',
  ];
}

function summaryRemarks({ keys, summary }: RootUserFacts): (string | false)[] {
  if (!summary.known) return [];
  const { keysPresent } = summary.value;
  return [
    keys.known && keys.value.length > 0 !== keysPresent && `It says that ${keysPresent ? 'a' : 'no'} key is present, unlike the live list.`,
    !keys.known && keysPresent && 'It says that a key is present, not whether it is active.',
  ];
}

/**
 * The verdict on one account. The live list decides; else GetAccountSummary, which counts inactive keys too, with the credential report
 * only to call a key active. Each source stands in `sources`, with what it cannot tell and where it contradicts a better one.
 */
export function assessVerdict(facts: RootUserFacts): Verdict {
  const sources = [
    noteOf(facts.keys, []),
    noteOf(facts.summary, summaryRemarks(facts)),
    noteOf(facts.report, reportRemarks(facts)),
  ];
  if (facts.partition === 'aws-cn') {
    sources.push({ source: 'Amazon Web Services in China', at: null, note: 'Accounts in this partition have no root user credentials.' });
  }
  return { ...ruleOnKeys(facts), sources };
}
