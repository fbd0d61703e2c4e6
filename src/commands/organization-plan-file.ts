/** Plans over an organization as files: the strict schema of everything that such a plan may hold. */
import * as z from 'zod';
import { PARTITIONS } from '../domain/identifiers.ts';
import { CREDENTIAL_KINDS, ORGANIZATION_PLAN_SCHEMA, type OrganizationPlan } from '../domain/organization/organization-plan.ts';
import { findContradiction } from '../domain/organization/plan-consistency.ts';
import { problem } from '../domain/problem.ts';
import { coverage, finding, policy } from './guard-plan-file.ts';
import { accountId, caller, identity, instant, keyId, organization, parseBySchema, problemCode, target } from './plan-file.ts';

const text = z.string();
const ms = z.number().int().nonnegative();
const id = z.string().regex(/^\d{12}\/[A-Za-z0-9-]+$/);
const [reversible, irreversible] = [z.literal('reversible'), z.literal('irreversible')];
const action = z.discriminatedUnion('kind', [
  z.strictObject({ id, kind: z.literal('quarantine'), effect: reversible }),
  z.strictObject({ id, kind: z.literal('find-sealed'), effect: z.literal('none'), policyId: text, targetId: text }),
  z.strictObject({ id, kind: z.literal('soak'), effect: z.literal('wait'), durationMs: ms }),
  z.strictObject({ id, kind: z.literal('delete-key'), effect: irreversible, keyId }),
  z.strictObject({ id, kind: z.literal('delete-certificate'), effect: irreversible, certificateId: text }),
  z.strictObject({ id, kind: z.literal('delete-password'), effect: irreversible }),
  z.strictObject({ id, kind: z.literal('deactivate-mfa'), effect: irreversible, serialNumber: text }),
  z.strictObject({ id, kind: z.literal('verify'), effect: z.literal('none') }),
  z.strictObject({ id, kind: z.literal('release'), effect: reversible }),
]);
const path = z.strictObject({ ids: z.array(text), names: z.array(text) });
const key = z.strictObject({
  keyId,
  status: z.enum(['active', 'inactive']),
  createdAt: instant.nullable(),
  lastUse: z.strictObject({ at: instant, service: text, region: text }).nullable(),
});
const account = z.strictObject({
  account: accountId,
  name: text,
  path,
  keys: z.array(key),
  certificates: z.array(text),
  hasPassword: z.boolean().nullable(),
  mfaDevices: z.array(text),
  usage: z.strictObject({ coverage, callers: z.array(caller) }).nullable(),
  soak: z.strictObject({ requiredMs: ms, plannedMs: ms, because: text }),
  actions: z.array(action),
});
const afterwards = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lift') }),
  z.strictObject({ kind: z.literal('keep') }),
  z.strictObject({ kind: z.literal('replace'), policy, targets: z.array(target) }),
]);

const plan: z.ZodType<OrganizationPlan> = z.strictObject({
  schema: z.literal(ORGANIZATION_PLAN_SCHEMA),
  kind: z.literal('organization'),
  createdAt: instant,
  tool: text,
  world: text,
  boundTo: z.strictObject({ organization, account: accountId, partition: z.enum(PARTITIONS) }),
  reading: identity,
  manager: identity.nullable(),
  memberRole: text.nullable(),
  credentials: z.array(z.enum(CREDENTIAL_KINDS)),
  quarantine: policy,
  afterwards,
  accounts: z.array(account),
  waves: z.array(z.strictObject({ number: z.number(), name: text, accounts: z.array(accountId) })),
  notCovered: z.array(z.strictObject({ account: accountId, name: text, path, because: text, next: text })),
  findings: z.array(finding),
  acknowledgements: z.array(z.strictObject({ fingerprint: text, reason: text })),
  overrides: z.strictObject({ shortSoak: text.nullable(), unprovedSoak: text.nullable() }),
  blockers: z.array(z.strictObject({ code: problemCode, text })),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

/** @throws Problem as `parseBySchema`; `plan/malformed` for a plan that contradicts itself */
export function parseOrganizationPlan(value: unknown, sha256: (content: string) => string): OrganizationPlan {
  const parsed = parseBySchema(value, plan, ORGANIZATION_PLAN_SCHEMA, sha256);
  const contradiction = findContradiction(parsed);
  if (contradiction !== null) throw problem('plan/malformed', { detail: contradiction, nextStep: 'Make a new one: rootzero plan --org --out plan.json' });
  return parsed;
}
