/** The lanes in which Organizations is called: each read by itself, all writes one at a time. */
import type { Lane } from '../ports/cloud.ts';

/** Organizations User Guide, "Quotas": requests per second and account. */
const READS = {
  DescribeOrganization: 1,
  ListRoots: 1,
  DescribePolicy: 2,
  ListPolicies: 5,
  ListPoliciesForTarget: 5,
  ListTargetsForPolicy: 5,
  DescribeOrganizationalUnit: 5,
  DescribeAccount: 20,
  ListAccounts: 8,
  ListOrganizationalUnitsForParent: 5,
  ListAccountsForParent: 5,
  ListParents: 5,
  ListDelegatedAdministrators: 5,
  // Not published; as slow as the slowest of the like.
  ListTagsForResource: 5,
  ListAWSServiceAccessForOrganization: 1,
} as const;

export const readLane = (operation: keyof typeof READS): Lane => ({ name: `organizations:${operation}`, perSecond: READS[operation] });

/** Concurrent changes of an organization exclude each other (ConcurrentModificationException). */
export const WRITE_LANE: Lane = { name: 'organizations:write', perSecond: 2, serial: true };
