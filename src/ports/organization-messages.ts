/** What a run over an organization says: coded messages with data. */
import type { AccountId } from '../domain/identifiers.ts';
import type { Instant } from '../domain/instant.ts';
import type { CredentialKind } from '../domain/organization/organization-plan.ts';
import type { NotDone } from '../domain/plan.ts';

/** What stopped the work in one account, and how to go on there. `isUnverified`: it may be done, and nobody could look. */
export type AccountTrouble = { account: AccountId; code: string; text: string; next: string; isUnverified: boolean };

export type OrganizationPhase = 'contain' | 'look-back' | 'read-back' | `remove-${CredentialKind}` | 'verify' | 'release' | 'roll-back';

/** How far a run over an organization has come. Every account of a wave is in exactly one of the counts. */
export type WaveStatus = {
  wave: number;
  name: string;
  accounts: number;
  /** Not begun. */
  open: number;
  contained: number;
  done: number;
  inTrouble: number;
  leftOut: number;
  /** When the first and the last of its soaks end, the latency of events included; null where nothing soaks. */
  soaksEnd: { first: Instant; last: Instant } | null;
};

export type OrganizationStatus = { waves: WaveStatus[]; troubles: AccountTrouble[]; notCovered: number };

export type OrganizationMessage =
  /** Of so many accounts of a wave; those in trouble are counted as done with. */
  /** `wave` is 0 for what goes through all of them at once. */
  | { code: 'organization/progress'; wave: number; phase: OrganizationPhase; done: number; of: number; inTrouble: number }
  | { code: 'organization/trouble'; wave: number; name: string; trouble: AccountTrouble }
  /** `blind`: accounts in which nobody can see denied calls. Denied data events show nowhere. */
  | { code: 'organization/waiting'; runId: string; wave: number; waves: number; accounts: number; from: Instant; first: Instant; until: Instant; blind: number; inTrouble: number; isStaying: boolean }
  | { code: 'organization/read-back'; wave: number; from: Instant; to: Instant; accounts: number; unreadable: AccountId[]; isContainmentReadable: boolean; isFinal: boolean }
  | { code: 'organization/removed'; wave: number; kind: CredentialKind; count: number; accounts: number }
  | {
    code: 'organization/summary';
    runId: string;
    outcome: 'done' | 'rolled-back';
    /** Read back as gone, by kind. */
    removed: Record<CredentialKind, number>;
    accounts: number;
    stillSealed: number;
    notDone: NotDone[];
    folder: string;
    next: string;
  };
