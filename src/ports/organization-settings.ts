/** What an organization is set up for, in domain words: its features, whom it trusts, and the way from its root to an account. Every method may throw a Problem. */

export interface OrganizationSettingsReader {
  /** Organizations DescribeOrganization: any member may ask. */
  hasAllFeatures(): Promise<boolean>;
  /** Organizations ListAWSServiceAccessForOrganization: service principals, `iam.amazonaws.com`. */
  readTrustedServices(): Promise<string[]>;
  /** Organizations ListParents: the ids from the organization's root down to the target, both included. */
  readPathTo(targetId: string): Promise<string[]>;
  /** Organizations ListTagsForResource, of a root, unit, account or policy. */
  readOrganizationTags(targetId: string): Promise<Record<string, string>>;
}
