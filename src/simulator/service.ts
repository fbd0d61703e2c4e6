/** What a simulated service is: named operations over the world. Shared by every service; knows no wire. */
import type { Principal, RootUser, Time, World } from './world.ts';

export type CallerKind = 'root-key' | Principal['kind'];

/** Whose signature the request carries. */
export type Caller = {
  kind: CallerKind;
  accountId: string;
  arn: string;
  userId: string;
  accessKeyId: string;
  taskPolicyArn?: string;
  principal?: Principal;
};

export type Call = {
  service: string;
  operation: string;
  /** Region from the signature's scope. */
  region: string;
  caller: Caller;
  userAgent: string;
  sourceIp: string;
  requestId: string;
  at: Time;
  world: World;
};

/** An error as AWS answers it: the wire code (`NoSuchEntity`), the message and the HTTP status. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: string;
  readonly status: number;
  readonly extra: Record<string, unknown>;
  constructor(code: string, message: string, status = 400, extra: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.extra = extra;
  }
}

/**
 * `run` and `resources` are declared as methods because each takes the input of its own operation, which the wire has read
 * by that operation's schema: the compiler lets a method take a narrower parameter than it declares.
 */
export type OperationTrait = {
  /** False for calls that change something. Decides readOnly in the trail. */
  isReadOnly: boolean;
  /** A read that the trail shows even when a role makes it. */
  isAlwaysRecorded?: boolean;
  /** Resources named in the trail event. */
  resources?(input: object, call: Call): { type: string; name: string }[];
};

/** Operations take and give the shapes of the SDK client's command of the same name (`$metadata` apart). */
export type Service = {
  /** Signing name in the credential scope: iam, sts, organizations, cloudtrail, config, account */
  signingName: string;
  /** Prefix of IAM actions: iam, sts, organizations, cloudtrail, config, account */
  actionPrefix: string;
  /** `iam.amazonaws.com` */
  eventSource: string;
  /** Region in which events land whatever Region was called; absent for Regional services. */
  eventRegion?: string;
  operations: Record<string, { run(input: object, call: Call): unknown; trait: OperationTrait }>;
};

/** The root user of the caller's own account. */
export function rootOf(call: Call): RootUser {
  const account = call.world.accounts[call.caller.accountId];
  if (account === undefined) throw new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.', 403);
  return account.root;
}
