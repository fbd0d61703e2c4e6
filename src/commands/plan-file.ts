/** Plan files, as people hand them over: parsed strictly, and held to their own digest. */
import * as z from 'zod';
import { parseAccessKeyId, parseAccountId, parseOrganizationId, PARTITIONS } from '../domain/identifiers.ts';
import { parseInstant, type Instant } from '../domain/instant.ts';
import { digestOf, PLAN_SCHEMA, type Plan } from '../domain/plan.ts';
import { printableJson } from '../domain/printable-json.ts';
import { problem, type ProblemCode } from '../domain/problem.ts';
import { PROBLEMS } from '../domain/problem-registry.ts';

const parsedBy = <Value>(parse: (text: string) => Value) =>
  z.string().transform((text, context): Value => {
    try {
      return parse(text);
    } catch {
      context.addIssue('malformed');
      return z.NEVER;
    }
  });

export const accountId = parsedBy(parseAccountId);
export const keyId = parsedBy(parseAccessKeyId);
export const organization = parsedBy(parseOrganizationId);
export const instant = parsedBy((text): Instant => parseInstant(text) ?? fail());
const isProblemCode = (text: string): text is ProblemCode => Object.hasOwn(PROBLEMS, text);
export const problemCode = parsedBy((text): ProblemCode => (isProblemCode(text) ? text : fail()));
function fail(): never {
  throw new TypeError('malformed');
}

const ms = z.number().int().nonnegative();
const status = z.enum(['active', 'inactive']);
const place = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('standalone') }),
  z.strictObject({ kind: z.literal('management'), organization }),
  z.strictObject({ kind: z.literal('member'), organization, managementAccount: accountId }),
]);
export const identity = z.strictObject({ name: z.string(), arn: z.string(), kind: z.enum(['root-key', 'root-session', 'user', 'role', 'federated']), keyId: keyId.nullable() });
const slot = z.strictObject({ state: z.enum(['active', 'inactive', 'absent', 'unknown']), keyId: keyId.nullable(), isPresent: z.boolean() });
const verdict = z.strictObject({
  state: z.enum(['active', 'inactive', 'present', 'absent', 'unknown']),
  slots: z.tuple([slot, slot]),
  sources: z.array(z.strictObject({ source: z.string(), at: instant.nullable(), note: z.string().nullable() })),
});
export const region = z.discriminatedUnion('readable', [
  z.strictObject({ region: z.string(), readable: z.literal(true), events: z.number() }),
  z.strictObject({ region: z.string(), readable: z.literal(false), because: z.string(), detail: z.string().exactOptional() }),
]);
const coverage = z.strictObject({ from: instant, to: instant, regions: z.array(region), isRegionListComplete: z.boolean() });
const cadence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('once') }),
  z.strictObject({ kind: z.enum(['continuous', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'irregular']), periodMs: z.number(), usualMs: z.number(), jitterMs: z.number() }),
]);
export const caller = z.strictObject({
  fingerprint: z.string(),
  kind: z.enum(['root-key', 'minted-session', 'sign-in-session', 'assumed-root', 'aws-service', 'sign-in']),
  accessKeyId: z.string().nullable(),
  sourceIp: z.string(),
  userAgent: z.string(),
  services: z.array(z.string()),
  regions: z.array(z.string()),
  calls: z.array(z.strictObject({ call: z.string(), count: z.number() })),
  firstSeenAt: instant,
  lastSeenAt: instant,
  count: z.number(),
  denied: z.number(),
  cadence,
  nextExpectedAt: instant.nullable(),
});
export const target = z.strictObject({ kind: z.enum(['root', 'organizational-unit', 'account']), id: z.string(), name: z.string() });
const rule = z.strictObject({
  name: z.string(), sourceOwner: z.string(), sourceIdentifier: z.string(), description: z.string().nullable(),
  maximumExecutionFrequency: z.string().nullable(), inputParameters: z.string().nullable(), createdBy: z.string().nullable(),
});
const id = z.string().regex(/^[A-Za-z0-9-]+$/);
const guardrail = z.strictObject({ name: z.string(), description: z.string(), content: z.string(), existingId: z.string().nullable(), target });
const action = z.discriminatedUnion('kind', [
  z.strictObject({ id, kind: z.literal('contain-by-deactivation'), effect: z.literal('reversible'), keyId }),
  z.strictObject({ id, kind: z.literal('attend-console'), what: z.enum(['deactivate', 'delete']), effect: z.enum(['reversible', 'irreversible']), keyIds: z.array(keyId) }),
  z.strictObject({ id, kind: z.literal('look-back'), effect: z.literal('none') }),
  z.strictObject({ id, kind: z.literal('soak'), effect: z.literal('wait'), contained: z.array(keyId), watched: z.array(keyId), durationMs: ms }),
  z.strictObject({ id, kind: z.literal('delete-root-key'), effect: z.literal('irreversible'), keyId, basis: z.enum(['contained', 'direct']) }),
  z.strictObject({ id, kind: z.literal('verify-no-root-keys'), effect: z.literal('none'), by: z.enum(['root', 'witness', 'nobody']) }),
  z.strictObject({ id, kind: z.literal('attach-guardrail'), effect: z.literal('reversible'), guardrail }),
  z.strictObject({ id, kind: z.literal('contain-by-scp'), effect: z.literal('reversible'), keyIds: z.array(keyId), guardrail, isFound: z.boolean() }),
  z.strictObject({ id, kind: z.literal('lift-scp'), effect: z.literal('none'), guardrail }),
  z.strictObject({ id, kind: z.literal('put-config-rule'), effect: z.literal('reversible'), region: z.string(), rule }),
]);
const override = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['short-soak', 'unproved-soak']), keyIds: z.array(keyId), reason: z.string() }),
  z.strictObject({ kind: z.literal('delete-signing-key'), keyId, reason: z.string() }),
]);

const plan: z.ZodType<Plan> = z.strictObject({
  schema: z.literal(PLAN_SCHEMA),
  createdAt: instant,
  tool: z.string(),
  world: z.string(),
  boundTo: z.strictObject({ account: accountId, partition: z.enum(PARTITIONS), place: place.nullable() }),
  reading: identity,
  root: identity.nullable(),
  isSuspectedCompromise: z.boolean(),
  verdict,
  mfa: z.enum(['none', 'virtual', 'hardware']).nullable(),
  keys: z.array(z.strictObject({ keyId, status, createdAt: instant.nullable(), isSigning: z.boolean(), containedSince: instant.nullable() })),
  coverage: coverage.nullable(),
  callers: z.array(caller),
  acknowledgements: z.array(z.strictObject({ fingerprint: z.string(), reason: z.string() })),
  overrides: z.array(override),
  soak: z.strictObject({ requiredMs: ms, plannedMs: ms, because: z.string(), notProvable: z.array(z.string()) }),
  actions: z.array(action),
  notDone: z.array(z.strictObject({ what: z.string(), because: z.string() })),
  blockers: z.array(z.strictObject({ code: problemCode, text: z.string() })),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

const anyPlan = z.looseObject({ schema: z.number() });

/**
 * A plan file held to the schema of its kind, and to its own digest.
 * @throws Problem `plan/malformed`, `plan/other-schema`, `plan/tampered`
 */
export function parseBySchema<Kind extends { digest: string }>(value: unknown, schema: z.ZodType<Kind>, version: number, sha256: (text: string) => string): Kind {
  const versioned = anyPlan.safeParse(value);
  if (!versioned.success) throw problem('plan/malformed', { detail: 'It has no schema number.' });
  if (versioned.data.schema !== version) throw problem('plan/other-schema', { detail: `Schema ${versioned.data.schema}; this version reads ${version}.` });
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw problem('plan/malformed', { detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` });
  }
  if (digestOf(parsed.data, sha256) !== parsed.data.digest) throw problem('plan/tampered');
  return parsed.data;
}

/** @throws Problem `plan/malformed` */
export function parseJsonFile(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw problem('plan/malformed', { detail: 'It is not JSON.', cause: thrown });
  }
}

/** The plan of a retirement. @throws Problem as `parseBySchema` */
export const parsePlan = (text: string, sha256: (text: string) => string): Plan => parseBySchema(parseJsonFile(text), plan, PLAN_SCHEMA, sha256);

/** A plan of any kind. */
export const renderPlanFile = (value: object): string => printableJson(value, true);

