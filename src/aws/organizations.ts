/** The organization: where the account stands in it, targets, and service control policies. Reads in their own lanes, writes one at a time. */
import { parseOrganizationId, parseAccountId } from '../domain/identifiers.ts';
import { asProblem, problem, type Problem } from '../domain/problem.ts';
import type { AccountPlace } from '../domain/root-user.ts';
import type { AttachedPolicy, OrganizationTarget, ServiceControlPolicy } from '../domain/guardrail.ts';
import type { CloudReader, CloudWriter } from '../ports/cloud.ts';
import { parseAnswer, parsePresent } from './aws-errors.ts';
import type { CallerReader } from './caller.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { readLane, WRITE_LANE } from './organization-lanes.ts';
import { asNotManagement } from './organization-tree.ts';

const SCP = 'SERVICE_CONTROL_POLICY';

const targetUnknown = (targetId: string, cause?: unknown): Problem =>
  problem('guardrail/target-unknown', { detail: `${JSON.stringify(targetId)} was given.`, cause });

type OrganizationReader = Pick<
  CloudReader,
  'readPlace' | 'readOrganizationTarget' | 'isScpEnabled' | 'findServiceControlPolicy' | 'readAttachedPolicies' | 'readAttachedPolicyIds' | 'readServiceControlPolicies'
>;

export function openOrganizationReader(clients: Clients, calls: Calls, callers: CallerReader): OrganizationReader {
  const listRoots = async () => {
    const { client, sdk } = await clients.organizations();
    const operation = 'organizations:ListRoots';
    return readAll(operation, async (token) => {
      const page = await calls.read(readLane('ListRoots'), operation, () => client.send(new sdk.ListRootsCommand({ NextToken: token })));
      return { items: parsePresent(page.Roots, operation, 'Roots'), next: page.NextToken };
    });
  };

  const readPolicy = async (policyId: string): Promise<ServiceControlPolicy> => {
    const { client, sdk } = await clients.organizations();
    const operation = 'organizations:DescribePolicy';
    const command = new sdk.DescribePolicyCommand({ PolicyId: policyId });
    const { Policy: policy } = await calls.read(readLane('DescribePolicy'), operation, () => client.send(command));
    return {
      id: policyId,
      name: parsePresent(policy?.PolicySummary?.Name, operation, 'Name'),
      content: parsePresent(policy?.Content, operation, 'Content'),
      isAwsManaged: policy?.PolicySummary?.AwsManaged === true,
    };
  };

  const listPolicies = async (): Promise<{ id: string; name: string | undefined }[]> => {
    const operation = 'organizations:ListPolicies';
    const { client, sdk } = await clients.organizations();
    const policies = await readAll(operation, async (token) => {
      const page = await calls.read(readLane('ListPolicies'), operation, () => client.send(new sdk.ListPoliciesCommand({ Filter: SCP, NextToken: token })));
      return { items: parsePresent(page.Policies, operation, 'Policies'), next: page.NextToken };
    });
    return policies.map(({ Id, Name }) => ({ id: parsePresent(Id, operation, 'Id'), name: Name }));
  };

  const listTargetIds = async (policyId: string): Promise<string[]> => {
    const operation = 'organizations:ListTargetsForPolicy';
    const { client, sdk } = await clients.organizations();
    const targets = await readAll(operation, async (token) => {
      const command = new sdk.ListTargetsForPolicyCommand({ PolicyId: policyId, NextToken: token });
      const page = await calls.read(readLane('ListTargetsForPolicy'), operation, () => client.send(command));
      return { items: parsePresent(page.Targets, operation, 'Targets'), next: page.NextToken };
    });
    return targets.map(({ TargetId }) => parsePresent(TargetId, operation, 'TargetId'));
  };

  const readAttachedPolicyIds = async (targetId: string): Promise<string[]> => {
    const operation = 'organizations:ListPoliciesForTarget';
    const { client, sdk } = await clients.organizations();
    const attached = await readAll(operation, async (token) => {
      const input = { TargetId: targetId, Filter: SCP, NextToken: token } as const;
      const page = await calls.read(readLane('ListPoliciesForTarget'), operation, () => client.send(new sdk.ListPoliciesForTargetCommand(input)));
      return { items: parsePresent(page.Policies, operation, 'Policies'), next: page.NextToken };
    });
    return attached.map(({ Id }) => parsePresent(Id, operation, 'Id'));
  };

  const describeTarget = async (targetId: string): Promise<OrganizationTarget> => {
    const { client, sdk } = await clients.organizations();
    if (/^r-[0-9a-z]{4,32}$/.test(targetId)) {
      const root = (await listRoots()).find(({ Id }) => Id === targetId);
      if (root === undefined) throw targetUnknown(targetId);
      return { kind: 'root', id: targetId, name: root.Name ?? targetId };
    }
    if (/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/.test(targetId)) {
      const operation = 'organizations:DescribeOrganizationalUnit';
      const command = new sdk.DescribeOrganizationalUnitCommand({ OrganizationalUnitId: targetId });
      const answer = await calls.read(readLane('DescribeOrganizationalUnit'), operation, () => client.send(command));
      return { kind: 'organizational-unit', id: targetId, name: parsePresent(answer.OrganizationalUnit?.Name, operation, 'Name') };
    }
    if (!/^\d{12}$/.test(targetId)) throw targetUnknown(targetId);
    const operation = 'organizations:DescribeAccount';
    const answer = await calls.read(readLane('DescribeAccount'), operation, () => client.send(new sdk.DescribeAccountCommand({ AccountId: targetId })));
    return { kind: 'account', id: targetId, name: parsePresent(answer.Account?.Name, operation, 'Name') };
  };

  return {
    readPlace: async (): Promise<AccountPlace> => {
      const operation = 'organizations:DescribeOrganization';
      const { client, sdk } = await clients.organizations();
      const { account } = await callers.readCaller();
      try {
        const command = new sdk.DescribeOrganizationCommand({});
        const { Organization: found } = await calls.read(readLane('DescribeOrganization'), operation, () => client.send(command));
        const id = parsePresent(found?.Id, operation, 'Id');
        const management = parsePresent(found?.MasterAccountId, operation, 'MasterAccountId');
        return parseAnswer(operation, () => {
          const [organization, managementAccount] = [parseOrganizationId(id), parseAccountId(management)];
          return managementAccount === account ? { kind: 'management', organization } : { kind: 'member', organization, managementAccount };
        });
      } catch (error) {
        const refused = asProblem(error);
        if (refused.code === 'aws/not-in-organization') return { kind: 'standalone' };
        throw refused;
      }
    },

    readOrganizationTarget: async (targetId) => {
      try {
        return await describeTarget(targetId);
      } catch (error) {
        const refused = asProblem(error);
        throw refused.code === 'aws/not-found' || refused.code === 'aws/rejected' ? targetUnknown(targetId, refused) : refused;
      }
    },

    isScpEnabled: async () => {
      try {
        const roots = await listRoots();
        const types = parsePresent(roots[0]?.PolicyTypes, 'organizations:ListRoots', 'PolicyTypes');
        return types.some((type) => type.Type === SCP && type.Status === 'ENABLED');
      } catch (error) {
        throw asNotManagement(error);
      }
    },

    findServiceControlPolicy: async (name) => {
      const found = (await listPolicies()).find((policy) => policy.name === name);
      return found === undefined ? null : readPolicy(found.id);
    },

    readAttachedPolicyIds,
    readAttachedPolicies: async (targetId) => Promise.all((await readAttachedPolicyIds(targetId)).map(readPolicy)),

    readServiceControlPolicies: async () => {
      const policies = await listPolicies();
      return Promise.all(policies.map(async ({ id }): Promise<AttachedPolicy> => ({ ...(await readPolicy(id)), targetIds: await listTargetIds(id) })));
    },
  };
}

type OrganizationWriter = Pick<CloudWriter, 'createServiceControlPolicy' | 'deleteServiceControlPolicy' | 'attachPolicy' | 'detachPolicy'>;

export function openOrganizationWriter(clients: Clients, calls: Calls): OrganizationWriter {
  return {
    createServiceControlPolicy: async (name, description, content) => {
      const operation = 'organizations:CreatePolicy';
      const { client, sdk } = await clients.organizations();
      const input = { Name: name, Description: description, Content: content, Type: SCP } as const;
      const answer = await calls.write(WRITE_LANE, operation, () => client.send(new sdk.CreatePolicyCommand(input)));
      return parsePresent(answer.Policy?.PolicySummary?.Id, operation, 'Id');
    },
    deleteServiceControlPolicy: async (policyId) => {
      const { client, sdk } = await clients.organizations();
      await calls.write(WRITE_LANE, 'organizations:DeletePolicy', () => client.send(new sdk.DeletePolicyCommand({ PolicyId: policyId })));
    },
    attachPolicy: async (policyId, targetId) => {
      const { client, sdk } = await clients.organizations();
      const input = { PolicyId: policyId, TargetId: targetId };
      await calls.write(WRITE_LANE, 'organizations:AttachPolicy', () => client.send(new sdk.AttachPolicyCommand(input)));
    },
    detachPolicy: async (policyId, targetId) => {
      const { client, sdk } = await clients.organizations();
      const input = { PolicyId: policyId, TargetId: targetId };
      await calls.write(WRITE_LANE, 'organizations:DetachPolicy', () => client.send(new sdk.DetachPolicyCommand(input)));
    },
  };
}
