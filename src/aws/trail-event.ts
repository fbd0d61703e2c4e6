/** One CloudTrail record as JSON text → a root event, wherever it was read. Knows the record format (CloudTrail User Guide, "CloudTrail record contents"), no API. */
import * as z from 'zod';
import { isTemporaryKeyId } from '../domain/identifiers.ts';
import { parseInstant } from '../domain/instant.ts';
import { problem, type Problem } from '../domain/problem.ts';
import type { RootEvent, RootEventKind } from '../domain/root-event.ts';

/** Flags are booleans in some records and text in others. */
const flagSchema = z
  .union([z.boolean(), z.string()])
  .nullish()
  .transform((flag) => flag === true || (typeof flag === 'string' && flag.toLowerCase() === 'true'));
const textSchema = z
  .string()
  .nullish()
  .transform((text) => (text === undefined || text === '' ? null : text));
const membersSchema = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((members) => members ?? {});

const originSchema = z.object({ userIdentity: z.object({ type: z.string().nullish() }).nullish() });

const recordSchema = z.object({
  eventID: z.string().min(1),
  eventTime: z.string(),
  eventName: z.string().min(1),
  eventSource: z.string().min(1),
  awsRegion: textSchema,
  eventCategory: textSchema,
  recipientAccountId: textSchema,
  sourceIPAddress: textSchema,
  userAgent: textSchema,
  readOnly: flagSchema,
  errorCode: textSchema,
  sessionCredentialFromConsole: flagSchema,
  requestParameters: membersSchema,
  responseElements: membersSchema,
  userIdentity: z.object({
    accountId: textSchema,
    accessKeyId: textSchema,
    invokedBy: textSchema,
    sessionContext: z.object({ assumedRoot: flagSchema, sessionCredentialFromConsole: flagSchema, signInSessionArn: textSchema }).nullish(),
  }),
});
type TrailRecord = z.infer<typeof recordSchema>;

const unreadable = (detail: string): Problem => problem('aws/unreadable-answer', { detail: `CloudTrail record: ${detail}`.slice(0, 500) });

/** `kind` as root-event.ts defines it. What tells nothing about itself counts as a session of unknown origin, the most worrying reading. */
function kindOf(record: TrailRecord): RootEventKind {
  const { accessKeyId, invokedBy, sessionContext } = record.userIdentity;
  if (invokedBy !== null) return 'aws-service';
  if (record.eventSource.startsWith('signin.')) return 'sign-in';
  if (accessKeyId !== null && !isTemporaryKeyId(accessKeyId)) return 'root-key';
  if (sessionContext?.assumedRoot === true) return 'assumed-root';
  return doorOf(record) === null ? 'minted-session' : 'sign-in-session';
}

/** How a signed-in session came about; the console's flag tells more than the sign-in session that both kinds may carry. */
function doorOf({ sessionCredentialFromConsole, userIdentity: { sessionContext } }: TrailRecord): RootEvent['signedInBy'] {
  if (sessionCredentialFromConsole || sessionContext?.sessionCredentialFromConsole === true) return 'console';
  return (sessionContext?.signInSessionArn ?? null) === null ? null : 'aws-login';
}

const textOf = (members: Record<string, unknown>, name: string): string | null => {
  const member = members[name];
  return typeof member === 'string' && member !== '' ? member : null;
};

const createdKeySchema = z.object({ accessKey: z.object({ accessKeyId: z.string().min(1) }) });

/** A key of a named user is that user's, not root's. Whether the console names root is not documented, so that name counts as root's own. */
const isOwnKey = ({ requestParameters }: TrailRecord): boolean => [null, 'root'].includes(textOf(requestParameters, 'userName'));

/** Which of root's keys a call created, switched or deleted; null when it failed. */
function keyChangeOf(record: TrailRecord): RootEvent['keyChange'] {
  const { eventName, eventSource, errorCode, requestParameters, responseElements } = record;
  if (eventSource !== 'iam.amazonaws.com' || errorCode !== null || !isOwnKey(record)) return null;
  if (eventName === 'CreateAccessKey') {
    const created = createdKeySchema.safeParse(responseElements);
    return created.success ? { keyId: created.data.accessKey.accessKeyId, change: 'created' } : null;
  }
  const keyId = textOf(requestParameters, 'accessKeyId');
  if (keyId === null) return null;
  if (eventName === 'DeleteAccessKey') return { keyId, change: 'deleted' };
  if (eventName !== 'UpdateAccessKey') return null;
  return { keyId, change: textOf(requestParameters, 'status') === 'Inactive' ? 'deactivated' : 'activated' };
}

const mintedSchema = z.object({ credentials: z.object({ accessKeyId: z.string().min(1) }) });

/** The id of the session that an STS call minted; the session itself signs with it afterwards. */
function mintedSessionOf({ eventSource, responseElements }: TrailRecord): string | null {
  const minted = eventSource === 'sts.amazonaws.com' ? mintedSchema.safeParse(responseElements) : null;
  return minted?.success === true ? minted.data.credentials.accessKeyId : null;
}

/** A failed root sign-in has no error code, only its answer (CloudTrail User Guide, "AWS Management Console sign-in events"). */
const errorCodeOf = ({ errorCode, responseElements }: TrailRecord): string | null =>
  errorCode ?? (responseElements['ConsoleLogin'] === 'Failure' ? 'FailedAuthentication' : null);

/** Request parameters that name what a call is about, the telling ones first. */
const SUBJECTS = [
  'userName', 'roleName', 'groupName', 'policyName', 'policyArn', 'roleArn', 'accessKeyId', 'instanceProfileName', 'serialNumber', 'samlProviderArn',
  'openIDConnectProviderArn', 'trailName', 'detectorId', 'configurationRecorderName', 'configRuleName', 'regionName', 'bucketName', 'functionName', 'keyId', 'name',
];

function parseBy<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(`an event could not be read (${z.prettifyError(parsed.error)}).`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`an event could not be read (${String(error)}).`);
  }
}

/** An event of some account's root user. `account` is null where the record does not say whose. */
export type RootRecord = { account: string | null; event: RootEvent };

/**
 * Reads one record; null when it is not root's (an IAM user may be called `root` as well).
 * @throws Problem `aws/unreadable-answer`: an event that cannot be read is not the same as no event
 */
export function parseRootRecord(text: string): RootRecord | null {
  const json = parseJson(text);
  if (parseBy(originSchema, json).userIdentity?.type !== 'Root') return null;
  const record = parseBy(recordSchema, json);
  const at = parseInstant(record.eventTime);
  if (at === undefined) throw unreadable(`event ${record.eventID} has no time.`);
  const kind = kindOf(record);
  const keyChange = keyChangeOf(record);
  const subjects = SUBJECTS.map((name) => textOf(record.requestParameters, name));
  return {
    account: record.userIdentity.accountId ?? record.recipientAccountId,
    event: {
      id: record.eventID,
      at,
      region: record.awsRegion ?? 'unknown',
      name: record.eventName,
      source: record.eventSource,
      kind,
      signedInBy: kind === 'sign-in-session' ? doorOf(record) : null,
      isDataEvent: record.eventCategory === 'Data',
      accessKeyId: record.userIdentity.accessKeyId,
      sourceIp: record.sourceIPAddress ?? 'unknown',
      userAgent: record.userAgent ?? 'unknown',
      isReadOnly: record.readOnly,
      errorCode: errorCodeOf(record),
      keyChange,
      subject: mintedSessionOf(record) ?? subjects.find((subject) => subject !== null) ?? keyChange?.keyId ?? null,
    },
  };
}

/** A record as LookupEvents returned it for `region`. @throws Problem `aws/unreadable-answer` */
export function parseRootEvent(text: string, region: string): RootEvent | null {
  const record = parseRootRecord(text);
  return record === null ? null : { ...record.event, region };
}
