/** What rootzero says: coded messages with data, and whom it can ask. The terminal renders them; nothing else prints. */
import type { Subject } from '../domain/any-plan.ts';
import type { Usage, RootDeed } from '../domain/caller.ts';
import type { Finding } from '../domain/findings.ts';
import type { LastRootUse } from '../domain/last-use.ts';
import type { GuardAction, GuardPlan } from '../domain/guard-plan.ts';
import type { GuardPart } from '../domain/guard-part.ts';
import type { GuardStatus } from '../domain/guard-status.ts';
import type { AccessKeyId, AccountId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import type { Action, NotDone, Plan } from '../domain/plan.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { AccountPlace, Caller, RootUserFacts } from '../domain/root-user.ts';
import type { PreflightFinding } from '../domain/preflight-finding.ts';
import type { DeniedCaller } from '../domain/tripwire.ts';
import type { UsageReport } from '../domain/usage-report.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { ChangeMessage } from './change-messages.ts';
import type { OrganizationMessage, OrganizationStatus } from './organization-messages.ts';
import type { Ask } from './questions.ts';
import type { OrganizationPlanMessage } from './organization-plan-messages.ts';
import type { SurveyMessage } from './survey-messages.ts';

export type IdentityNote = { name: string; caller: Caller; endpoint: string | null };

/** When each dashboard will agree with the live read. */
export type Convergence = { reportStillShowsUntil: Instant | null; sessionsMayLiveUntil: Instant | null };

/** How keys rest in a soak: switched off, denied by a policy from outside, or only watched since they sign. */
export type Rest = 'inactive' | 'denied' | 'watched';

/** What a person is told to do in the console. */
export type ConsoleTask = 'deactivate' | 'delete' | 'activate';

/** One entry of `rootzero status`. */
export type RunStatus = {
  runId: string;
  account: string;
  world: string;
  startedAt: Instant;
  state: 'waiting' | 'interrupted' | 'stopped' | 'done' | 'done-unverified' | 'rolled-back' | 'cancelled' | 'moved' | 'damaged';
  waitsUntil: Instant | null;
  because: string | null;
  next: string | null;
  /** Of a run over an organization. */
  organization: OrganizationStatus | null;
};

/** The screens of the guided session, in their order. */
export type Screen = 'menu' | 'identity' | 'facts' | 'usage' | 'caller' | 'plan' | 'contain' | 'delete' | 'guardrails' | 'organization' | 'debrief';

export type ProblemNote = { code: string; fault: string; summary: string; detail: string | null; nextStep: string; exitCode: number };

export type Message =
  | ChangeMessage
  | SurveyMessage
  | OrganizationPlanMessage
  | OrganizationMessage
  | { code: 'screen'; screen: Screen; world: string; endpoint: string | null }
  | { code: 'identity'; reading: IdentityNote; root: IdentityNote | null; organization: IdentityNote | null; place: AccountPlace | null }
  | { code: 'facts'; facts: RootUserFacts; verdict: Verdict; findings: Finding[] }
  | ({ code: 'check'; lastUse: LastRootUse } & Outcome)
  | { code: 'look-back/started'; regions: number; days: number }
  | { code: 'look-back/region'; region: string; done: number; of: number; events: number; unreadable: string | null }
  /** Of one Region on its way: events so far, how far back it has come in the look-up of the moment, and the share of its look-ups that is done, 0 to 1. */
  | { code: 'look-back/progress'; region: string; events: number; backTo: Instant | null; share: number }
  /** `hasDataEvents`: a source besides Event history showed how contents were read or written. */
  | { code: 'look-back/done'; usage: Usage; hasDataEvents?: boolean }
  | { code: 'log-files/read'; files: number; bytes: number; records: number; faulty: number }
  | { code: 'usage'; report: UsageReport }
  | { code: 'usage/failed'; account: AccountId; problem: ProblemNote }
  | { code: 'usage/accounts'; whole: number; partly: number; failed: number }
  | { code: 'plan'; plan: Plan; path: string | null }
  | { code: 'warning'; text: string }
  | { code: 'run/started'; runId: string; account: Subject; folder: string; resumed: boolean }
  | { code: 'step/started'; action: Action }
  | { code: 'step/done'; action: Action; at: Instant; note: string | null }
  | { code: 'soak/waiting'; runId: string; from: Instant; until: Instant; contained: AccessKeyId[]; watched: AccessKeyId[]; rests: Rest; isStaying: boolean }
  | { code: 'soak/read-back'; from: Instant; to: Instant; events: number; unreadable: string[]; isProved: boolean; isFinal: boolean }
  /** The clicks, for somebody who can sign in as root. Without key ids: whatever key is listed there. */
  | { code: 'console/clicks'; runId: string; account: AccountId; task: ConsoleTask; keyIds: AccessKeyId[]; signInUrl: string; isStaying: boolean }
  /** What was seen of it, and by which source; `report` is the weaker one. `by`: source addresses, as far as an event named them. */
  | { code: 'console/seen'; account: AccountId; task: ConsoleTask; keyIds: AccessKeyId[]; at: Instant; basis: 'event' | 'report' | 'summary'; by: string[] }
  | { code: 'deeds'; deeds: RootDeed[]; newRegions: string[]; sessionsMayLiveUntil: Instant | null }
  | { code: 'verified'; account: AccountId; at: Instant; by: 'root' | 'witness' }
  | { code: 'summary'; runId: string; outcome: 'done' | 'done-unverified' | 'rolled-back'; removed: AccessKeyId[]; convergence: Convergence; notDone: NotDone[]; folder: string; next: string }
  | { code: 'status'; runs: RunStatus[] }
  | { code: 'preflight'; account: AccountId; findings: PreflightFinding[] }
  | { code: 'debrief'; drill: string; teaches: string; well: string[]; risky: string[]; isOver: boolean }
  | { code: 'guard/organization'; organization: string; units: number; accounts: number }
  | { code: 'guard/member-read'; account: AccountId; done: number; of: number; events: number; unreadable: string | null }
  | { code: 'guard/plan'; plan: GuardPlan; path: string | null }
  | { code: 'guard/status'; status: GuardStatus }
  | { code: 'guard/step'; phase: 'started' | 'done'; action: GuardAction; at: Instant; note: string | null }
  | { code: 'guard/waiting'; runId: string; action: Extract<GuardAction, { effect: 'wait' }>; until: Instant; isStaying: boolean }
  /** `accounts` were read, `earlier` of them of the waves before. */
  | { code: 'guard/watched'; wave: number; from: Instant; to: Instant; accounts: number; earlier: number; unreadable: AccountId[] }
  | { code: 'guard/denied'; callers: DeniedCaller[] }
  | { code: 'guard/summary'; runId: string; purpose: GuardPlan['purpose']; outcome: 'done' | 'rolled-back'; attached: number; accounts: number; notDone: NotDone[]; folder: string; next: string }
  | { code: 'breakglass/sealed'; account: AccountId; at: Instant; openedAt: Instant | null; closedAt: Instant | null; deeds: { events: number; denied: number; signedInAt: Instant | null } | null }
  /** Whether root's sign-in would page: parts of the alerts of `alerting`, and what reading cannot prove. */
  | { code: 'breakglass/page'; account: AccountId; alerting: AccountId; isForwarded: boolean; parts: GuardPart[]; unproved: string[] }
  | { code: 'note'; text: string }
  | { code: 'problem'; problem: ProblemNote };

export interface Ui {
  emit(message: Message): void;
  /** Null where nobody can be asked: no terminal, or output for a program. */
  readonly ask: Ask | null;
}
