/** Organizations as a service: the table of its operations. Each does its own check of who may call. */
import type { OperationTrait, Service } from '../service.ts';
import * as policies from './organization-policies.ts';
import * as tree from './organization-tree.ts';
import * as trust from './organization-trust.ts';

const read: OperationTrait = { isReadOnly: true };
const write: OperationTrait = { isReadOnly: false };

export const organizationsService: Service = {
  signingName: 'organizations',
  actionPrefix: 'organizations',
  eventSource: 'organizations.amazonaws.com',
  eventRegion: 'us-east-1',
  operations: {
    DescribeOrganization: { run: tree.describeOrganization, trait: read },
    ListRoots: { run: tree.listRoots, trait: read },
    ListOrganizationalUnitsForParent: { run: tree.listOrganizationalUnitsForParent, trait: read },
    ListAccountsForParent: { run: tree.listAccountsForParent, trait: read },
    ListChildren: { run: tree.listChildren, trait: read },
    ListParents: { run: tree.listParents, trait: read },
    ListAccounts: { run: tree.listAccounts, trait: read },
    DescribeAccount: { run: tree.describeAccount, trait: read },
    DescribeOrganizationalUnit: { run: tree.describeOrganizationalUnit, trait: read },
    ListDelegatedAdministrators: { run: tree.listDelegatedAdministrators, trait: read },
    ListPolicies: { run: policies.listPolicies, trait: read },
    ListPoliciesForTarget: { run: policies.listPoliciesForTarget, trait: read },
    ListTargetsForPolicy: { run: policies.listTargetsForPolicy, trait: read },
    DescribePolicy: { run: policies.describePolicy, trait: read },
    ListTagsForResource: { run: policies.listTagsForResource, trait: read },
    CreatePolicy: { run: policies.createPolicy, trait: write },
    UpdatePolicy: { run: policies.updatePolicy, trait: write },
    DeletePolicy: { run: policies.deletePolicy, trait: write },
    AttachPolicy: { run: policies.attachPolicy, trait: write },
    DetachPolicy: { run: policies.detachPolicy, trait: write },
    EnablePolicyType: { run: policies.enablePolicyType, trait: write },
    ListAWSServiceAccessForOrganization: { run: trust.listAWSServiceAccessForOrganization, trait: read },
    EnableAWSServiceAccess: { run: trust.enableAWSServiceAccess, trait: write },
    DisableAWSServiceAccess: { run: trust.disableAWSServiceAccess, trait: write },
    RegisterDelegatedAdministrator: { run: trust.registerDelegatedAdministrator, trait: write },
    DeregisterDelegatedAdministrator: { run: trust.deregisterDelegatedAdministrator, trait: write },
  },
};
