/** Who signs: STS GetCallerIdentity, and the kind of principal that its ARN and key id tell. */
import { isTemporaryKeyId, parseAccessKeyId, parseAccountId, parseArn, type AccountId, type Partition } from '../domain/identifiers.ts';
import { problem } from '../domain/problem.ts';
import { isRoot, type Caller, type PrincipalKind } from '../domain/root-user.ts';
import { parseAnswer, parsePresent } from './aws-errors.ts';
import type { Calls } from './calls.ts';
import type { Clients } from './clients.ts';

const OPERATION = 'sts:GetCallerIdentity';

/** The kind of a principal by its ARN (IAM User Guide, "IAM identifiers"); `ASIA…` ids are temporary credentials. */
function kindOf(resource: string, accessKeyId: string): PrincipalKind {
  if (resource === 'root') return isTemporaryKeyId(accessKeyId) ? 'root-session' : 'root-key';
  if (resource.startsWith('user/')) return 'user';
  return resource.startsWith('federated-user/') ? 'federated' : 'role';
}

/** @throws Problem `aws/unreadable-answer` for an ARN or account that is none */
export function parseCaller(account: string, arn: string, accessKeyId: string): Caller {
  return parseAnswer(OPERATION, () => {
    const { partition, resource } = parseArn(arn);
    return { account: parseAccountId(account), partition, arn, kind: kindOf(resource, accessKeyId), accessKeyId: parseAccessKeyId(accessKeyId) };
  });
}

export type CallerReader = {
  /** Asks AWS. */
  readCaller: () => Promise<Caller>;
  /** The caller of the key id that signs now: it never changes, so AWS is asked once for each id. @throws Problem `facts/not-root-caller` */
  requireRoot: (operation: string) => Promise<Caller>;
  /** A session of AssumeRoot signs. */
  isAssumedRoot: boolean;
};

/** A session of AssumeRoot is of the root user of its target and of nobody else (STS API reference, AssumeRoot), so AWS need not be asked who signs. */
export type RootOf = { account: AccountId; partition: Partition };

/** @param rootOf whose root user signs, where the session was opened by AssumeRoot; null where that has to be asked */
export function openCallerReader(clients: Clients, calls: Calls, rootOf: RootOf | null = null): CallerReader {
  const remembered = new Map<string, Caller>();
  const readCaller = async (): Promise<Caller> => {
    const { client, sdk } = await clients.sts();
    const answer = await calls.read({ name: 'sts' }, OPERATION, () => client.send(new sdk.GetCallerIdentityCommand({})));
    const accessKeyId = await clients.readAccessKeyId();
    const caller = parseCaller(parsePresent(answer.Account, OPERATION, 'Account'), parsePresent(answer.Arn, OPERATION, 'Arn'), accessKeyId);
    remembered.set(accessKeyId, caller);
    return caller;
  };
  return {
    readCaller,
    isAssumedRoot: rootOf !== null,
    requireRoot: async (operation) => {
      if (rootOf !== null) return parseCaller(rootOf.account, `arn:${rootOf.partition}:iam::${rootOf.account}:root`, await clients.readAccessKeyId());
      const known = remembered.size === 0 ? undefined : remembered.get(await clients.readAccessKeyId());
      const caller = known ?? (await readCaller());
      if (isRoot(caller)) return caller;
      throw problem('facts/not-root-caller', { detail: `${operation} was not called: ${caller.arn} would see its own keys, or none.` });
    },
  };
}
