/** The CloudTrail operations that rootzero calls, and no others; loaded when the first one is made. */
export { CloudTrailClient, DescribeTrailsCommand, GetEventSelectorsCommand, GetTrailStatusCommand, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
