/** Reads what of an organization a guardrail depends on: its tree, its policies, and centralized root access. Writes nothing. */
import type { OrganizationFacts } from '../domain/guard-preflight.ts';
import { asProblem, problem } from '../domain/problem.ts';
import type { Caller, CentralRootAccess } from '../domain/root-user.ts';
import { managerOf, type Session } from './session.ts';

export const IAM_PRINCIPAL = 'iam.amazonaws.com';

/** Partitions whose member accounts have root users that can be managed centrally (AWS GovCloud (US) User Guide, "IAM"; AWS China, "IAM"). */
export const hasCentralAccess = ({ partition }: Pick<Caller, 'partition'>): boolean => partition === 'aws' || partition === 'aws-eusc';

/** The management account itself. @throws Problem `guardrail/not-management` */
export async function requireManagement(session: Session): Promise<Caller> {
  const { reader } = managerOf(session);
  const caller = await reader.readCaller();
  const place = await reader.readPlace();
  if (place.kind === 'management') return caller;
  throw problem('guardrail/not-management', { detail: place.kind === 'standalone' ? `${caller.account} stands alone.` : `${caller.account} is a member; the management account is ${place.managementAccount}.` });
}

async function readCentralAccess(session: Session, caller: Caller): Promise<CentralRootAccess | null> {
  if (!hasCentralAccess(caller)) return null;
  try {
    return await managerOf(session).reader.readCentralRootAccess();
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.code !== 'aws/access-denied') throw because;
    session.ui.emit({ code: 'warning', text: `Whether centralized root access is on could not be read: ${because.message}` });
    return null;
  }
}

/** @throws Problem `guardrail/not-management`, and those of calls that are refused */
export async function readOrganizationFacts(session: Session, caller: Caller): Promise<OrganizationFacts> {
  const { reader } = managerOf(session);
  const tree = await reader.readOrganizationTree();
  session.ui.emit({ code: 'guard/organization', organization: tree.id, units: tree.units.length, accounts: tree.accounts.length });
  const isBare = !tree.hasAllFeatures || !tree.isScpEnabled;
  return {
    tree,
    partition: caller.partition,
    policies: isBare ? [] : await reader.readServiceControlPolicies(),
    isIamTrusted: (await reader.readTrustedServices()).includes(IAM_PRINCIPAL),
    centralAccess: await readCentralAccess(session, caller),
    delegates: await reader.readDelegatedAdministrators(),
  };
}
