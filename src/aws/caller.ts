/** Who signs: STS GetCallerIdentity, and the kind of principal that its ARN and key id tell. */
import { isTemporaryKeyId, parseAccessKeyId, parseAccountId, parseArn } from '../domain/identifiers.ts';
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
};

export function openCallerReader(clients: Clients, calls: Calls): CallerReader {
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
    requireRoot: async (operation) => {
      const known = remembered.size === 0 ? undefined : remembered.get(await clients.readAccessKeyId());
      const caller = known ?? (await readCaller());
      if (isRoot(caller)) return caller;
      throw problem('facts/not-root-caller', { detail: `${operation} was not called: ${caller.arn} would see its own keys, or none.` });
    },
  };
}
