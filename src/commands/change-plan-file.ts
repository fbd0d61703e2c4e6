/** Plans of guardrail runs as they are kept in a run's folder: parsed strictly, and held to their own digest. */
import * as z from 'zod';
import { CHANGE_PLAN_SCHEMA, type ChangePlan } from '../domain/change-plan.ts';
import { PARTITIONS } from '../domain/identifiers.ts';
import { accountId, instant, parseBySchema } from './plan-file.ts';

const text = z.string();
const eventRule = z.strictObject({ pattern: text, state: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']), description: text });
const target = z.strictObject({ id: text, arn: text, roleArn: text.nullable() });
const configRule = z.strictObject({
  name: text, sourceOwner: text, sourceIdentifier: text, description: text.nullable(), maximumExecutionFrequency: text.nullable(), inputParameters: text.nullable(), createdBy: text.nullable(),
});
const organizationRule = z.strictObject({ name: text, identifier: text, description: text.nullable(), maximumExecutionFrequency: text.nullable(), excludedAccounts: z.array(text) });

const ends = <Schema extends z.ZodType>(end: Schema) => ({ before: end.nullable(), after: end.nullable() });
const presence = { before: z.boolean(), after: z.boolean() };
const change = z.discriminatedUnion('kind', [
  z.strictObject({ id: text, kind: z.literal('topic'), region: text, name: text, arn: text, ...presence }),
  z.strictObject({ id: text, kind: z.literal('topic-statement'), region: text, arn: text, ...presence }),
  z.strictObject({ id: text, kind: z.literal('subscription'), region: text, arn: text, protocol: text, endpoint: text }),
  z.strictObject({ id: text, kind: z.literal('event-rule'), region: text, name: text, ...ends(eventRule) }),
  z.strictObject({ id: text, kind: z.literal('rule-target'), region: text, rule: text, ...ends(target) }),
  z.strictObject({ id: text, kind: z.literal('config-rule'), region: text, ...ends(configRule) }),
  z.strictObject({ id: text, kind: z.literal('organization-rule'), region: text, ...ends(organizationRule) }),
]);

const plan: z.ZodType<ChangePlan> = z.strictObject({
  schema: z.literal(CHANGE_PLAN_SCHEMA),
  kind: z.literal('changes'),
  about: z.enum(['alerts', 'config']),
  createdAt: instant,
  tool: text,
  world: text,
  boundTo: z.strictObject({ account: accountId, partition: z.enum(PARTITIONS) }),
  changes: z.array(change),
  notDone: z.array(z.strictObject({ what: text, because: text })),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

/** @throws Problem `plan/malformed`, `plan/other-schema`, `plan/tampered` */
export const parseChangePlan = (value: unknown, sha256: (content: string) => string): ChangePlan => parseBySchema(value, plan, CHANGE_PLAN_SCHEMA, sha256);
