/** The CloudTrail operation that rootzero calls, and no other; loaded when the first one is made. */
export { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
