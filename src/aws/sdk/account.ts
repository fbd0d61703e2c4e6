/** The Account Management operation that rootzero calls, and no other; loaded when the first one is made. */
export { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
