/** What runs and looks of `guard alerts` and `guard config` say: coded messages with data. */
import type { ChangePlan } from '../domain/change-plan.ts';
import type { GuardPart } from '../domain/guard-part.ts';
import type { Instant } from '../domain/instant.ts';
import type { NotDone } from '../domain/plan.ts';

export type ChangeMessage =
  | { code: 'guard-parts'; about: 'alerts' | 'config'; account: string; parts: GuardPart[]; remarks: string[] }
  | { code: 'change-plan'; plan: ChangePlan; remarks: string[] }
  | { code: 'change'; text: string; at: Instant }
  /** How far an organization rule has spread. */
  | { code: 'spread'; rule: string; region: string; done: number; of: number; failed: number }
  | { code: 'alert-test'; matches: { alert: string; region: string; samples: number; wrong: string[] }[]; sent: { region: string; topic: string }[]; remarks: string[] }
  | { code: 'change-summary'; runId: string; about: 'alerts' | 'config'; outcome: 'done' | 'done-unverified' | 'rolled-back'; changes: number; left: string[]; notDone: NotDone[]; folder: string; next: string };
