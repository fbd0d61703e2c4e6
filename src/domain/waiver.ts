/** Waivers: a failure that somebody answers for until a day. Pure; knows no file format and no clock. */
import type { FindingId } from './controls.ts';
import type { Finding } from './findings.ts';
import type { AccountId } from './identifiers.ts';
import { isAfter, type Day, type Instant } from './instant.ts';

/** One entry of a waivers file. The last day on which it holds is `expires`, to its end in UTC. */
export type Waiver = { account: AccountId; finding: FindingId; reason: string; owner: string; expires: Day; line: number };

/**
 * - `waived`: the failure is accepted, and does not count
 * - `expired`: it fails as if there were no waiver
 * - `not-needed`: there is no failure
 * - `not-for-unknown`: a known risk can be accepted, what could not be read cannot
 */
export type WaiverEffect = 'waived' | 'expired' | 'not-needed' | 'not-for-unknown';

export type JudgedFinding = Finding & { waiver: (Waiver & { effect: WaiverEffect }) | null };

function effectOn(finding: Finding, waiver: Waiver, at: Instant): WaiverEffect {
  if (finding.state === 'unknown') return 'not-for-unknown';
  if (finding.state !== 'fail') return 'not-needed';
  return isAfter(at, waiver.expires) ? 'expired' : 'waived';
}

/** Each finding with the waiver that names it for this account, if there is one, and what that does. */
export const assessWaivers = (findings: readonly Finding[], waivers: readonly Waiver[], account: AccountId, at: Instant): JudgedFinding[] =>
  findings.map((finding) => {
    const waiver = waivers.find((candidate) => candidate.account === account && candidate.finding === finding.id);
    return { ...finding, waiver: waiver === undefined ? null : { ...waiver, effect: effectOn(finding, waiver, at) } };
  });

/** One sentence on what a waiver did; null where there is none. Owner and reason are not in it: they are text from outside. */
export function describeWaiver({ waiver }: JudgedFinding): string | null {
  switch (waiver?.effect) {
    case undefined: return null;
    case 'waived': return `Waived until ${waiver.expires}.`;
    case 'expired': return `Its waiver expired on ${waiver.expires}.`;
    case 'not-needed': return `Its waiver until ${waiver.expires} is not needed.`;
    case 'not-for-unknown': return 'Its waiver does not apply: what could not be read cannot be waived.';
  }
}
