/** What a survey stands on, read once before the first account: who asks, the tree, the policies, and who may open root sessions where. Writes nothing. */
import { openPaths } from '../../domain/organization/account-path.ts';
import type { AccountPath, CommonFacts } from '../../domain/organization/survey.ts';
import type { AttachedPolicy } from '../../domain/guardrail.ts';
import type { AccountId } from '../../domain/identifiers.ts';
import type { Observed } from '../../domain/observed.ts';
import type { OrganizationTree } from '../../domain/organization.ts';
import { asProblem, problem } from '../../domain/problem.ts';
import { isRoot, type AccountPlace, type Caller } from '../../domain/root-user.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { managerOf, nowOf, requireManagement, type Callers, type Session } from '../session.ts';
import { observe } from '../survey.ts';

/** An identity in the account that it reads itself, and root there, where it is given. */
export type OwnReader = { cloud: Cloud; callers: Callers };

export type SurveyGround = CommonFacts & {
  tree: OrganizationTree;
  pathOf: (parentId: string) => AccountPath;
  reading: Caller;
  /** Who opens root sessions, but for the delegate's own account. */
  opener: Caller;
  /** Whoever opens root sessions in this member. */
  openerFor: (account: AccountId) => Cloud | null;
  /** Whoever reads this account without a root session: the management account, and the account of a delegate that is alone. */
  ownReaderOf: (account: AccountId) => OwnReader | null;
  /** The account of IAM's delegated administrator, where that is who asks; its service control policies bind it. */
  delegate: AccountId | null;
  /** Every service control policy; read in the background, since only refusals and seals need it. Never rejects but where credentials end. */
  readPolicies: () => Promise<Observed<AttachedPolicy[]>>;
};

const hasCentralAccess = ({ partition }: Caller): boolean => partition === 'aws' || partition === 'aws-eusc';

async function readTree(session: Session): Promise<OrganizationTree> {
  try {
    return await managerOf(session).reader.readOrganizationTree();
  } catch (thrown) {
    const refused = asProblem(thrown);
    throw refused.code === 'guardrail/not-management' ? problem('survey/not-entitled', { detail: refused.detail ?? 'It may not read the organization.', cause: refused }) : refused;
  }
}

/** The identities of the management account. @throws Problem `identity/other-organization`, `identity/two-accounts`, `credentials/not-root` */
async function findManagement(session: Session, reading: Caller, place: Exclude<AccountPlace, { kind: 'standalone' }>): Promise<OwnReader | null> {
  const { identities } = session;
  const account = place.kind === 'management' ? reading.account : place.managementAccount;
  const organization = identities.organization === null ? null : await identities.organization.reader.readCaller();
  if (identities.organization !== null && organization !== null) requireManagement({ name: identities.organization.name, caller: organization }, account, reading.partition);
  const cloud = place.kind === 'management' ? identities.reading : identities.organization;
  const caller = place.kind === 'management' ? reading : organization;
  const root = identities.root === null ? null : await identities.root.reader.readCaller();
  if (identities.root !== null && root !== null) {
    if (root.account !== account) throw problem('identity/two-accounts', { detail: `${identities.root.name} is in ${root.account}; with --org it is root of the management account, ${account}.` });
    if (!isRoot(root)) throw problem('credentials/not-root', { detail: `Profile ${identities.root.name} is ${root.arn}.` });
  }
  if (cloud === null || caller === null) return null;
  const asRoot = identities.root !== null && root !== null ? { cloud: identities.root, caller: root } : isRoot(caller) ? { cloud, caller } : null;
  return { cloud, callers: { reading: caller, root: asRoot } };
}

/**
 * @throws Problem `survey/not-entitled` for an identity that is neither of the management account nor of IAM's delegated administrator;
 *   `identity/…` where the profiles do not fit together
 */
export async function openSurveyGround(session: Session): Promise<SurveyGround> {
  const { reading: cloud, organization: manager } = session.identities;
  const reading = await cloud.reader.readCaller();
  const place = await cloud.reader.readPlace();
  if (place.kind === 'standalone') throw problem('survey/not-entitled', { detail: `${reading.account} is in no organization.` });
  const management = await findManagement(session, reading, place);
  session.ui.emit({
    code: 'identity', place,
    reading: { name: cloud.name, caller: reading, endpoint: cloud.endpoint },
    root: management?.callers.root == null ? null : { name: management.callers.root.cloud.name, caller: management.callers.root.caller, endpoint: management.callers.root.cloud.endpoint },
    organization: manager === null || management === null || place.kind === 'management' ? null : { name: manager.name, caller: management.callers.reading, endpoint: manager.endpoint },
  });
  const centralAccess = await observe(session, 'iam:ListOrganizationsFeatures', () => cloud.reader.readCentralRootAccess());
  const isOutsider = place.kind === 'member' && !centralAccess.known && centralAccess.because === 'facts/asked-elsewhere';
  if (isOutsider && manager === null) throw problem('survey/not-entitled', { detail: `${reading.account} is a member of ${place.organization} and not the delegated administrator for IAM.` });
  session.ui.emit({ code: 'survey/reading', what: 'organization', accounts: 0 });
  const tree = await readTree(session);
  const opener = isOutsider ? manager : cloud;
  const { account: own } = reading;
  const isDelegate = place.kind === 'member' && !isOutsider;
  const ownReader: OwnReader = { cloud, callers: { reading, root: isRoot(reading) ? { cloud, caller: reading } : null } };
  let policies: Promise<Observed<AttachedPolicy[]>> | null = null;
  const readPolicies = (): Promise<Observed<AttachedPolicy[]>> => {
    policies ??= observe(session, 'organizations:ListPolicies', () => (tree.hasAllFeatures && tree.isScpEnabled ? managerOf(session).reader.readServiceControlPolicies() : Promise.resolve([])));
    policies.catch(() => undefined);
    return policies;
  };
  return {
    tree, reading, readPolicies,
    opener: isOutsider && management !== null ? management.callers.reading : reading,
    organization: { organization: tree.id, managementAccount: tree.managementAccount, partition: reading.partition },
    at: nowOf(session),
    centralAccess: isOutsider && manager !== null ? await observe(session, 'iam:ListOrganizationsFeatures', () => manager.reader.readCentralRootAccess()) : centralAccess,
    pathOf: openPaths(tree),
    delegate: isDelegate ? own : null,
    // A delegate is not known to get a session of its own root user.
    openerFor: (account) => (!hasCentralAccess(reading) ? null : isDelegate && account === own ? manager : opener),
    ownReaderOf: (account) => (account === tree.managementAccount ? management : isDelegate && account === own && manager === null ? ownReader : null),
  };
}
