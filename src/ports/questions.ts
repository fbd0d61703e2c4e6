/** What rootzero asks a person: coded questions with data, and the answers that each takes. The terminal words them; the safe answer is always the default. */
import type { PlanKind } from '../domain/any-plan.ts';
import type { Usage, UsageCaller } from '../domain/caller.ts';
import type { AccessKeyId, AccountId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import type { GuardPlan } from '../domain/guard-plan.ts';
import type { CredentialKind, OrganizationPlan } from '../domain/organization/organization-plan.ts';
import type { MissingWord } from '../domain/organization/organization-planner.ts';
import type { Plan } from '../domain/plan.ts';
import type { ReplayedCaller } from '../domain/root-replay.ts';
import type { RootMfa } from '../domain/root-user.ts';
import type { DeniedCaller } from '../domain/tripwire.ts';

/** What the menu offers. An entry that these credentials do not allow is shown with the reason and the way to get it. */
export type MenuEntry = {
  id: string;
  task:
    /** `about` is null where the plan cannot be read. */
    | { kind: 'resume'; runId: string; account: string; about: PlanKind | null; waitsUntil: Instant | null; inTrouble: number; isStopped: boolean }
    | { kind: 'roll-back'; runId: string; account: string; about: PlanKind | null }
    | { kind: 'retire' | 'organization' | 'look' | 'guard' | 'drills' | 'leave' };
  unavailable: { because: string; remedy: string } | null;
};

/** How root can be acted on with the identities at hand. */
export type RootAccess = 'session' | 'signing-key' | 'none';

/** By code: what a question is about, and what may come back. */
export type Questions = {
  'menu': { about: { entries: MenuEntry[] }; answer: string };
  'begin': { about: { access: RootAccess; signingKey: AccessKeyId | null; hasConsole: boolean }; answer: 'look' | 'retire' | 'sign-in' | 'console' | 'direct' | 'leave' };
  /** After the way to sign in was shown. */
  'signed-in': { about: { command: string }; answer: 'again' | 'leave' };
  /** Who is it, and may it lose root? */
  'caller': { about: { caller: UsageCaller; usage: Pick<Usage, 'groups' | 'coverage'>; number: number; of: number }; answer: 'stop' | 'moved' | 'may-break' | 'unknown' | 'own-words' | 'compromise' };
  /** Why, in the person's own words, for the plan. */
  'reason': { about: { whose: { kind: 'caller'; caller: UsageCaller } | { kind: 'signing-key'; keyId: AccessKeyId } | { kind: 'missed'; missed: MissingWord } }; answer: string };
  /** Which OU or account the deny-root SCP goes to; empty for none. */
  'scp-target': { about: { organization: string }; answer: string };
  /** Before containment: can somebody still sign in as root, if this session ends? */
  'sign-in-possible': { about: { mfa: RootMfa | null }; answer: 'find-out' | 'yes' | 'go-on' };
  'contain': { about: { plan: Plan }; answer: 'no' | 'yes' };
  /** The point of no return, key by key. True only when the last four characters of the key id were typed. */
  'delete': { about: { account: AccountId; keyId: AccessKeyId; containedSince: Instant | null; isDirect: boolean }; answer: boolean };
  /** A session ended in the middle of a run, or a permission is missing; what and how to mend it was just said. */
  'sign-in-again': { about: { runId: string }; answer: 'again' | 'leave' };
  /** By which role the members may be looked at; empty for none. */
  'member-role': { about: { purpose: 'guardrails' | 'root-keys' }; answer: string };
  /** Would the policy deny somebody who has to be asked first? */
  'guard/caller': { about: { caller: ReplayedCaller; number: number; of: number }; answer: 'stop' | 'may-be-denied' };
  /** Before a plan over an organization is carried out, or the seal of an account is lifted. */
  'guard/carry-out': { about: { plan: GuardPlan }; answer: 'no' | 'yes' };
  /** Root was used and denied. To go on is to say that these callers are known; the policies stay in both cases. */
  'guard/denied': { about: { callers: DeniedCaller[] }; answer: 'stop' | 'go-on' };
  /** Who uses a root key of a member, and may it stop? To leave its account out is to let it be. */
  'organization/caller': { about: { missed: MissingWord; number: number; of: number }; answer: 'stop' | 'moved' | 'may-break' | 'own-words' | 'leave-out' };
  /** Before anything of a plan over an organization is carried out. */
  'organization/carry-out': { about: { plan: OrganizationPlan }; answer: 'no' | 'yes' };
  /** The point of no return, for one kind of credential in one wave. True only when the phrase with kind and count was typed. */
  'organization/remove': { about: { runId: string; wave: number; waves: number; kind: CredentialKind; count: number; accounts: { account: AccountId; name: string }[] }; answer: boolean };
  'drill': { about: { drills: { name: string; summary: string; teaches: string }[] }; answer: string };
};

export type QuestionCode = keyof Questions;

/**
 * Asks one question and resolves with its answer. Never inside a step: ask first, run second.
 * @throws Problem `run/interrupted` when the person presses Ctrl-C instead
 */
export type Ask = <Code extends QuestionCode>(code: Code, about: Questions[Code]['about']) => Promise<Questions[Code]['answer']>;
