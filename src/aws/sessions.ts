/** Sessions in other accounts, of a role or of the root user there: taken through an identity's own chain, renewed before they end, held in memory only. */
import type { Credentials as StsCredentials } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { AccountId } from '../domain/identifiers.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/instant.ts';
import { asProblem, problem, type Problem } from '../domain/problem.ts';
import type { Clock } from '../ports/clock.ts';
import type { Lane, RootTask } from '../ports/cloud.ts';
import { parsePresent, renamed } from './aws-errors.ts';
import type { Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import type { Credentials } from './credentials.ts';
import { partitionOf } from './partition.ts';

const STS: Lane = { name: 'sts' };
/** Its rate is not that of the other calls (IAM User Guide, "IAM and AWS STS quotas", does not name it). */
const STS_ROOT: Lane = { name: 'sts:AssumeRoot' };
const SESSION_NAME = 'rootzero';
/** A session that ends sooner is not used any more. */
const RENEW_BEFORE_MS = 5 * MINUTE_MS;
/** The longest that STS gives for AssumeRoot (STS API reference, AssumeRoot). */
const ROOT_SESSION_SECONDS = 900;
/** AWS itself refuses signatures that are further off (IAM User Guide, "Troubleshooting SigV4"); the SDK mends the signature, not the clock. */
const LARGEST_DIFFERENCE_MS = 5 * MINUTE_MS;
/** AWS managed policy reference, `root-task/…`. */
const TASK_POLICIES: Record<RootTask, string> = { 'audit-credentials': 'IAMAuditRootUserCredentials', 'delete-credentials': 'IAMDeleteRootUserCredentials' };

/** STS has one code for a feature that is off and for a missing permission; only the text tells them apart (captured calls). */
function explainRootRefusal(refused: Problem): Problem {
  if (refused.code !== 'aws/access-denied') return refused;
  return renamed(/feature is not enabled for your AWS Organization/.test(refused.detail ?? '') ? 'member/root-access-off' : 'member/root-refused', refused);
}

const explainRoleRefusal = (refused: Problem): Problem => (refused.code === 'aws/access-denied' ? renamed('member/role-refused', refused) : refused);

/** @param signedByAll key ids of the identity that opens the session, to which its own are added */
function openSession(operation: string, clock: Clock, signedByAll: Set<string>, ask: () => Promise<StsCredentials | undefined>): Credentials {
  const signedBy = new Set<string>();
  let session: Promise<AwsCredentialIdentity> | null = null;
  let endsAt = 0;

  const open = async (): Promise<AwsCredentialIdentity> => {
    const given = parsePresent(await ask(), operation, 'Credentials');
    const accessKeyId = parsePresent(given.AccessKeyId, operation, 'AccessKeyId');
    endsAt = parsePresent(given.Expiration, operation, 'Expiration').getTime();
    for (const keyIds of [signedBy, signedByAll]) keyIds.add(accessKeyId);
    return {
      accessKeyId,
      secretAccessKey: parsePresent(given.SecretAccessKey, operation, 'SecretAccessKey'),
      sessionToken: parsePresent(given.SessionToken, operation, 'SessionToken'),
      // The SDK would keep them by the machine's clock. Their end is the world's affair, so it is to ask here each time.
      expiration: new Date(0),
    };
  };

  return {
    signedBy,
    provide: () => {
      if (session !== null && endsAt - clock.now() > RENEW_BEFORE_MS) return session;
      endsAt = Number.POSITIVE_INFINITY;
      const fresh = open();
      session = fresh;
      // What was refused is asked for again by the next call.
      fresh.catch(() => {
        if (session === fresh) session = null;
      });
      return fresh;
    },
  };
}

/**
 * Deadlines are kept by this machine's clock, and a session says by AWS's when it ends: before anything is removed they have to agree.
 * @throws Problem `credentials/clock-wrong`
 */
function requireSameTime({ Expiration }: StsCredentials, now: number): void {
  const differsMs = now - (parsePresent(Expiration, 'sts:AssumeRoot', 'Expiration').getTime() - ROOT_SESSION_SECONDS * SECOND_MS);
  if (Math.abs(differsMs) > LARGEST_DIFFERENCE_MS) throw problem('credentials/clock-wrong', { detail: `It is ${Math.round(Math.abs(differsMs) / MINUTE_MS)} minutes ${differsMs > 0 ? 'ahead' : 'behind'}.` });
}

/** @param clients of the identity that opens the sessions. One that nobody got has no effect, so asking is repeated as freely as a read. */
export function openSessions(clients: Clients, calls: Calls, clock: Clock, region: string) {
  const partition = partitionOf(region);
  const explained = async <Result>(explain: (refused: Problem) => Problem, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (thrown) {
      throw explain(asProblem(thrown));
    }
  };
  return {
    /** STS API reference, AssumeRole: an hour by default. */
    ofRole: (account: AccountId, roleName: string): Credentials => {
      const operation = 'sts:AssumeRole';
      const input = { RoleArn: `arn:${partition}:iam::${account}:role/${roleName}`, RoleSessionName: SESSION_NAME };
      return openSession(operation, clock, clients.signedBy, () => explained(explainRoleRefusal, async () => {
        const { client, sdk } = await clients.sts();
        return (await calls.read(STS, operation, () => client.send(new sdk.AssumeRoleCommand(input)))).Credentials;
      }));
    },
    ofRoot: (account: AccountId, task: RootTask): Credentials => {
      const operation = 'sts:AssumeRoot';
      const input = { TargetPrincipal: account, TaskPolicyArn: { arn: `arn:${partition}:iam::aws:policy/root-task/${TASK_POLICIES[task]}` }, DurationSeconds: ROOT_SESSION_SECONDS };
      return openSession(operation, clock, clients.signedBy, () => explained(explainRootRefusal, async () => {
        const { client, sdk } = await clients.sts();
        const { Credentials: opened } = await calls.read(STS_ROOT, operation, () => client.send(new sdk.AssumeRootCommand(input)));
        if (task === 'delete-credentials' && opened !== undefined) requireSameTime(opened, clock.now());
        return opened;
      }));
    },
  };
}
