/** A first IAM policy for the role that replaces a root key, from the calls that were seen. A start: what did not show is not in it. Pure. */

/** CloudTrail event sources whose IAM prefix has another name (Service Authorization Reference, "Actions, resources, and condition keys"). */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', tagging: 'tag', 'models.lex': 'lex', email: 'ses' };

/** Calls whose IAM action has another name (Service Authorization Reference: Amazon S3, AWS Lambda). */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  's3:ListBuckets': ['s3:ListAllMyBuckets'],
  's3:HeadBucket': ['s3:ListBucket'],
  's3:ListObjects': ['s3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:ListParts': ['s3:ListMultipartUploadParts'],
  's3:HeadObject': ['s3:GetObject'],
  's3:CopyObject': ['s3:GetObject', 's3:PutObject'],
  's3:DeleteObjects': ['s3:DeleteObject'],
  's3:CreateMultipartUpload': ['s3:PutObject'],
  's3:UploadPart': ['s3:PutObject'],
  's3:CompleteMultipartUpload': ['s3:PutObject'],
  's3:GetBucketEncryption': ['s3:GetEncryptionConfiguration'],
  's3:PutBucketEncryption': ['s3:PutEncryptionConfiguration'],
  's3:DeleteBucketEncryption': ['s3:PutEncryptionConfiguration'],
  's3:GetBucketLifecycle': ['s3:GetLifecycleConfiguration'],
  's3:GetBucketLifecycleConfiguration': ['s3:GetLifecycleConfiguration'],
  's3:PutBucketLifecycle': ['s3:PutLifecycleConfiguration'],
  's3:PutBucketLifecycleConfiguration': ['s3:PutLifecycleConfiguration'],
  's3:GetBucketReplication': ['s3:GetReplicationConfiguration'],
  's3:PutBucketReplication': ['s3:PutReplicationConfiguration'],
  's3:GetBucketCors': ['s3:GetBucketCORS'],
  's3:PutBucketCors': ['s3:PutBucketCORS'],
  'lambda:Invoke': ['lambda:InvokeFunction'],
};
/** Needs no permission (STS API reference, GetCallerIdentity), or is no call that a role makes. */
const NEEDLESS = /^(sts:GetCallerIdentity$|signin:)/;
/** Lambda's event names carry the version of its API: `UpdateFunctionCode20150331v2` (Lambda Developer Guide, "Logging Lambda API calls"). */
const API_VERSION = /\d{8}(v\d+)?$/;
const WELL_FORMED = /^[a-z0-9-]+:[A-Za-z0-9]+$/;

export type PolicyDocument = { Version: '2012-10-17'; Statement: { Sid: string; Effect: 'Allow'; Action: string[]; Resource: '*' }[] };

export type StarterPolicy = {
  document: PolicyDocument;
  isComplete: boolean;
  /** Why it may lack something, and what a person has to do to it. */
  remarks: string[];
};

/** IAM actions of a call in the trail's names (`s3:ListBuckets`); empty where none is needed, null where it has no IAM action by its name. */
function actionsOf(call: string): readonly string[] | null {
  if (NEEDLESS.test(call)) return [];
  const [source = '', event = ''] = call.split(':');
  const named = `${PREFIXES[source] ?? source}:${event.replace(API_VERSION, '')}`;
  // API Gateway's actions are HTTP methods (Service Authorization Reference, Amazon API Gateway Management).
  if (source === 'apigateway' || !WELL_FORMED.test(named)) return null;
  return ACTIONS[named] ?? [named];
}

/**
 * The policy for `calls`. Every action is on all resources: events do not name them reliably.
 * @param sees whether data events could show at all
 */
export function assembleStarterPolicy(calls: readonly string[], sees: { dataEvents: boolean }): StarterPolicy {
  const actions = new Set<string>();
  const nameless: string[] = [];
  for (const call of calls) {
    const found = actionsOf(call);
    if (found === null) nameless.push(call);
    else for (const action of found) actions.add(action);
  }
  const byService = new Map<string, string[]>();
  for (const action of [...actions].sort()) {
    const [service = ''] = action.split(':');
    byService.set(service, [...(byService.get(service) ?? []), action]);
  }
  const sidOf = (service: string): string => `Seen${service.split('-').map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`).join('')}`;
  return {
    document: { Version: '2012-10-17', Statement: [...byService].map(([service, some]) => ({ Sid: sidOf(service), Effect: 'Allow', Action: some, Resource: '*' })) },
    isComplete: sees.dataEvents && nameless.length === 0,
    remarks: [
      ...(sees.dataEvents ? [] : ['incomplete: reads and writes of contents (S3 objects, Lambda invocations) are not visible']),
      ...(nameless.length === 0 ? [] : [`not in it, since IAM names them otherwise: ${nameless.join(', ')}`]),
      'narrow Resource: * stands for whatever was meant',
      'try it with IAM policy simulation or a dry run before the key goes',
    ],
  };
}
