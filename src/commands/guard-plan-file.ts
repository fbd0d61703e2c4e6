/** Plans of guardrails as files: the strict schema of everything that such a plan may hold. */
import * as z from 'zod';
import { GUARD_PLAN_SCHEMA, type GuardPlan } from '../domain/guard-plan.ts';
import { PARTITIONS } from '../domain/identifiers.ts';
import { accountId, identity, instant, organization, parseBySchema, problemCode, region, target } from './plan-file.ts';

const id = z.string().regex(/^[A-Za-z0-9-]+$/);
const ms = z.number().int().nonnegative();
const reversible = z.literal('reversible');
const action = z.discriminatedUnion('kind', [
  z.strictObject({ id, kind: z.literal('trust-iam'), effect: reversible }),
  z.strictObject({ id, kind: z.literal('enable-root-feature'), effect: reversible, feature: z.enum(['credentialsManagement', 'rootSessions']) }),
  z.strictObject({ id, kind: z.literal('register-delegate'), effect: reversible, account: accountId }),
  z.strictObject({ id, kind: z.literal('create-policy'), effect: reversible, policy: z.string() }),
  z.strictObject({ id, kind: z.literal('attach-policy'), effect: reversible, policy: z.string(), target, probe: accountId.nullable() }),
  z.strictObject({ id, kind: z.literal('detach-policy'), effect: reversible, policy: z.string(), target }),
  z.strictObject({ id, kind: z.literal('delete-policy'), effect: reversible, policy: z.string() }),
  z.strictObject({ id, kind: z.literal('observe'), effect: z.literal('wait'), wave: z.number(), accounts: z.array(accountId), durationMs: ms }),
  z.strictObject({ id, kind: z.literal('stay-open'), effect: z.literal('wait'), account: accountId, until: instant }),
  z.strictObject({ id, kind: z.literal('prove-sealed'), effect: z.literal('none'), account: accountId }),
]);
export const finding = z.strictObject({ severity: z.enum(['blocker', 'warning', 'note']), code: problemCode.nullable(), targetId: z.string().nullable(), text: z.string() });
const task = z.strictObject({ name: z.string(), isRootOnly: z.boolean(), instead: z.string() });
const caller = z.strictObject({
  account: accountId,
  fingerprint: z.string(),
  kind: z.enum(['root-key', 'minted-session', 'sign-in-session', 'assumed-root', 'aws-service', 'sign-in']),
  accessKeyId: z.string().nullable(),
  sourceIp: z.string(),
  userAgent: z.string(),
  lastSeenAt: instant,
  calls: z.array(z.strictObject({
    call: z.string(), count: z.number(), effect: z.enum(['denied', 'allowed', 'undecided', 'not-restricted', 'denied-already']), because: z.string(), task: task.nullable(),
  })),
});
const logs = z.strictObject({ from: instant, to: instant, files: z.number(), faulty: z.number(), regions: z.array(z.string()) }).nullable();
const gaps = z.array(z.string());
export const coverage = z.discriminatedUnion('readable', [
  z.strictObject({ account: accountId, readable: z.literal(true), regions: z.array(region), gaps, logs }),
  z.strictObject({ account: accountId, readable: z.literal(false), because: z.string(), gaps, logs }),
]);
export const policy = z.strictObject({ name: z.string(), description: z.string(), content: z.string(), existingId: z.string().nullable() });
const waveTarget = target.extend({ accounts: z.number(), path: z.array(z.string()) });

const guardPlan: z.ZodType<GuardPlan> = z.strictObject({
  schema: z.literal(GUARD_PLAN_SCHEMA),
  kind: z.literal('guard'),
  purpose: z.enum(['roll-out', 'remove', 'break-glass', 'drill']),
  createdAt: instant,
  tool: z.string(),
  world: z.string(),
  boundTo: z.strictObject({ organization, account: accountId, partition: z.enum(PARTITIONS) }),
  reading: identity,
  reason: z.string().nullable(),
  memberRole: z.string().nullable(),
  policies: z.array(policy),
  waves: z.array(z.strictObject({ number: z.number(), targets: z.array(waveTarget) })),
  findings: z.array(finding),
  replay: z.strictObject({ from: instant, to: instant, callers: z.array(caller), coverage: z.array(coverage) }).nullable(),
  accepted: z.array(z.strictObject({ fingerprint: z.string(), reason: z.string() })),
  actions: z.array(action),
  notDone: z.array(z.strictObject({ what: z.string(), because: z.string() })),
  blockers: z.array(z.strictObject({ code: problemCode, text: z.string() })),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

/** @throws Problem as `parseBySchema` */
export const parseGuardPlan = (value: unknown, sha256: (text: string) => string): GuardPlan => parseBySchema(value, guardPlan, GUARD_PLAN_SCHEMA, sha256);
