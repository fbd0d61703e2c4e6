/** What the SDK throws, as a Problem: by error name, code and HTTP status. The message text decides only where AWS gives nothing else. */
import * as z from 'zod';
import { problem, Problem, type ProblemCode, type ProblemDetails } from '../domain/problem.ts';

const LONGEST_DETAIL = 500;

/** The parts of a thrown SDK error that are looked at; every one may be missing. */
const thrownSchema = z.object({
  name: z.string().catch(''),
  message: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  syscall: z.string().optional().catch(undefined),
  $fault: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional().catch(undefined) }).optional().catch(undefined),
});
type Thrown = z.infer<typeof thrownSchema>;

type Answer = { code: ProblemCode } & Pick<ProblemDetails, 'retry' | 'isOutcomeUnknown' | 'nextStep'>;

/** Error names without `Exception` at their end, so that query and JSON services read the same; the first match counts. */
const ANSWERS: readonly (readonly [RegExp, Answer])[] = [
  [/^(Throttl(ing|ed)|TooManyRequests|RequestLimitExceeded|RequestThrottled|PriorRequestNotComplete|SlowDown)/, { code: 'aws/throttled', retry: 'now' }],
  [/^(ConcurrentModification|PolicyChangesInProgress)$/, { code: 'aws/precondition', retry: 'now' }],
  [/^AccessDenied|AccessDenied$|^(UnauthorizedOperation|AuthorizationError|InsufficientPermissions)$/, { code: 'aws/access-denied' }],
  [
    /^(InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|AuthFailure|ExpiredToken|RequestExpired|MissingAuthenticationToken)/,
    { code: 'credentials/expired' },
  ],
  [/^(SignatureDoesNotMatch|InvalidSignature|IncompleteSignature)/, { code: 'credentials/expired' }],
  [
    /^(CredentialReportNotPresent|ReportNotPresent|CredentialReportExpired|ReportExpired)$/,
    { code: 'report/absent', retry: 'later' },
  ],
  [/^(CredentialReportNotReady|ReportInProgress)$/, { code: 'report/not-ready', retry: 'later' }],
  [/^(AWSOrganizationsNotInUse|OrganizationNotFound|NoAvailableOrganization)$/, { code: 'aws/not-in-organization' }],
  [/^AccountNotManagementOrDelegatedAdministrator$/, { code: 'facts/asked-elsewhere' }],
  [/^(ServiceAccessNotEnabled|OrganizationNotInAllFeaturesMode|CallerIsNotManagementAccount)$/, { code: 'aws/precondition' }],
  [/^NoAvailableConfigurationRecorder$/, { code: 'guardrail/no-recorder' }],
  [/^NoSuch|.NotFound$|^PolicyNotAttached$|^AccountNotRegistered$/, { code: 'aws/not-found' }],
  [/^Duplicate|AlreadyExists$|^AccountAlreadyRegistered$/, { code: 'aws/already-exists' }],
  [/LimitExceeded$/, { code: 'aws/precondition', retry: 'later' }],
  [/^(ConstraintViolation|PolicyTypeNotEnabled|PolicyInUse|DeleteConflict|ResourceInUse|OptInRequired|ManagedRule|OrganizationAllFeaturesNotEnabled)$|RulesExceeded$/, { code: 'aws/precondition' }],
];

/** Nothing left this machine, or nobody was there: the call cannot have had an effect. */
const NOTHING_SENT: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const CONNECTION_LOST: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);
const CERTIFICATE_REFUSED = /^(CERT_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|ERR_TLS_|EPROTO)/;
const PROXY_HINT = 'If a corporate proxy opens TLS, give its certificate authority in AWS_CA_BUNDLE, then run the same command again.';

function answerForConnection({ name, code = '', syscall }: Thrown): Answer | undefined {
  if (CERTIFICATE_REFUSED.test(code)) return { code: 'aws/unreachable', nextStep: PROXY_HINT };
  if (NOTHING_SENT.has(code) || syscall === 'connect') return { code: 'aws/unreachable', retry: 'now' };
  if (CONNECTION_LOST.has(code) || name === 'TimeoutError') return { code: 'aws/unreachable', retry: 'now', isOutcomeUnknown: true };
  return undefined;
}

/** Token and credential providers name no reason but in their text. */
function answerForProvider({ name, message }: Thrown): Answer | undefined {
  if (name !== 'CredentialsProviderError' && name !== 'TokenProviderError' && name !== 'ProviderError') return undefined;
  return { code: /expired|invalid|reauthenticate|re-authenticate|refresh/i.test(message) ? 'credentials/expired' : 'credentials/missing' };
}

function answerFor(thrown: Thrown): Answer | undefined {
  const status = thrown.$metadata?.httpStatusCode;
  const early = answerForProvider(thrown) ?? answerForConnection(thrown);
  if (early !== undefined) return early;
  const name = thrown.name.replace(/Exception$/, '');
  // SNS and KMS call what is not there by the one name that the SDK gives to pages without any error.
  const named = thrown.name === 'NotFoundException' ? { code: 'aws/not-found' as const } : ANSWERS.find(([pattern]) => pattern.test(name))?.[1];
  // A garbled answer has no `$fault`. The SDK names a page without an AWS error in it `NotFound` or `Unknown`: not an answer of AWS either.
  if (thrown.$fault !== undefined && named !== undefined) return named;
  if (status !== undefined && status >= 500) return { code: 'aws/server-error', retry: 'now', isOutcomeUnknown: true };
  if (status === 429) return { code: 'aws/throttled', retry: 'now' };
  if (status === undefined) return undefined;
  return thrown.$fault === undefined || name === 'Unknown' || name === 'NotFound'
    ? { code: 'aws/unreadable-answer', retry: 'now', isOutcomeUnknown: true }
    : { code: 'aws/rejected' };
}

/**
 * Translates what an SDK call threw. A Problem stays as it is; what is neither an answer nor a failed connection is a defect.
 * @param operation `iam:ListAccessKeys`
 * @param signInCommand the command that renews this identity's credentials, where it is known
 */
export function toProblem(error: unknown, operation: string, signInCommand: string | null = null): Problem {
  if (error instanceof Problem) return error;
  const parsed = thrownSchema.safeParse(error);
  const answer = parsed.success ? answerFor(parsed.data) : undefined;
  if (!parsed.success || answer === undefined) {
    return problem('tool/defect', { detail: `${operation}: ${String(error)}`.slice(0, LONGEST_DETAIL), cause: error });
  }
  const { code, ...advice } = answer;
  const isAboutSigningIn = code.startsWith('credentials/') && signInCommand !== null;
  const { name, message } = parsed.data;
  return problem(code, {
    detail: `${operation}: ${[name, message].filter((part) => part !== '').join(': ')}`.slice(0, LONGEST_DETAIL),
    ...advice,
    ...(isAboutSigningIn ? { nextStep: `${signInCommand}, then run the same command again.` } : {}),
    cause: error,
  });
}

/** Runs a parser over a part of an answer. @throws Problem `aws/unreadable-answer` in place of what the parser threw */
export function parseAnswer<Value>(operation: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    const reason = error instanceof Problem ? error.message : String(error);
    throw problem('aws/unreadable-answer', { detail: `${operation}: ${reason}`.slice(0, LONGEST_DETAIL), retry: 'now', isOutcomeUnknown: true, cause: error });
  }
}

/** The same refusal under a code that says more. */
export const renamed = (code: ProblemCode, refused: Problem): Problem =>
  problem(code, { ...(refused.detail === undefined ? {} : { detail: refused.detail }), cause: refused });

/** @throws Problem `aws/unreadable-answer` where an answer lacks what it must have, so that a gap never reads as nothing */
export function parsePresent<Value>(value: Value | undefined, operation: string, field: string): Value {
  return parseAnswer(operation, () => {
    if (value === undefined) throw new TypeError(`the answer has no ${field}`);
    return value;
  });
}
