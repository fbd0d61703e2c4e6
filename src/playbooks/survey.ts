/** Detection: reads everything about one root user, each part on its own, so that what is refused is unknown and nothing else is lost. */
import { plusMs, SECOND_MS } from '../domain/instant.ts';
import { known, unknown, type Observed } from '../domain/observed.ts';
import { asProblem, problem } from '../domain/problem.ts';
import type { AccountPlace, CentralRootAccess, LastUse, RootUserFacts } from '../domain/root-user.ts';
import { assessFindings } from '../domain/findings.ts';
import { assessVerdict } from '../domain/verdict.ts';
import type { IdentityNote } from '../ports/ui.ts';
import { nowOf, readCallers, requireManagement, type Callers, type Session } from './session.ts';

/** Credentials that are no good at all end the survey; anything else that AWS refuses is one unknown fact. */
const ENDING_CODES: ReadonlySet<string> = new Set(['credentials/missing', 'credentials/expired', 'credentials/mfa-needed', 'endpoint/live-in-rehearsal', 'tool/defect', 'run/interrupted']);

/** A read by itself: what is refused is unknown, and nothing else is lost. @throws Problem where the credentials are no good at all */
export async function observe<Value>(session: Session, source: string, read: () => Promise<Value>): Promise<Observed<Value>> {
  session.signal.throwIfAborted();
  try {
    return known(await read(), nowOf(session), source);
  } catch (thrown) {
    const because = asProblem(thrown);
    if (ENDING_CODES.has(because.code)) throw because;
    return unknown(because.code, source, because.detail);
  }
}

/** The account alias by itself, for look-backs that need no other fact. */
export const readAlias = (session: Session): Promise<Observed<string | null>> =>
  observe(session, 'iam:ListAccountAliases', () => session.identities.reading.reader.readAccountAlias());

/** Who asks, and where the account stands: all that is known before anything about root is read. */
export type Identified = { callers: Callers; place: Observed<AccountPlace> };

const readPlace = (session: Session): Promise<Observed<AccountPlace>> =>
  observe<AccountPlace>(session, 'organizations:DescribeOrganization', () => session.identities.reading.reader.readPlace());

/** What of the facts is live, and read in a moment: the credential report takes seconds to make, and is hours old at times. */
const NOT_AT_A_GLANCE = unknown('facts/not-read', 'iam:GetCredentialReport');

/** Reads the facts about the root user of the callers' account. Keys are listed by the root session, the rest by the reading identity. */
export async function readRootUserFacts(session: Session, callers: Callers, placed?: Observed<AccountPlace>, isGlance = false): Promise<RootUserFacts> {
  const reader = session.identities.reading.reader;
  const rootReader = callers.root?.cloud.reader ?? reader;
  const place = placed ?? (await readPlace(session));
  const keys = await observe(session, 'iam:ListAccessKeys', () => rootReader.readRootKeys());
  const lastUses: Record<string, Observed<LastUse | null>> = {};
  for (const key of keys.known ? keys.value : []) {
    lastUses[key.keyId] = await observe(session, 'iam:GetAccessKeyLastUsed', () => rootReader.readLastUse(key.keyId));
  }
  const summary = await observe(session, 'iam:GetAccountSummary', () => reader.readAccountSummary());
  const report = isGlance ? NOT_AT_A_GLANCE : await observe(session, 'iam:GetCredentialReport', () => reader.readCredentialReport());
  const mfa = summary.known
    ? await observe(session, 'iam:ListVirtualMFADevices', () => reader.readRootMfa(summary.value))
    : unknown(summary.because, 'iam:GetAccountSummary');
  const alias = await readAlias(session);
  const centralAccess = await observe<CentralRootAccess>(session, 'iam:ListOrganizationsFeatures', () => {
    if (place.known && place.value.kind === 'standalone') throw problem('aws/not-in-organization');
    return reader.readCentralRootAccess();
  });
  return {
    account: callers.reading.account,
    partition: callers.reading.partition,
    place,
    keys,
    lastUses,
    summary,
    report: report.known ? { ...report, at: report.value.generatedAt } : report,
    mfa,
    centralAccess,
    alias,
  };
}

/** Who manages the organization, where an identity was given for it. It has to be of the account that the place names. */
async function identifyOrganization({ identities: { organization } }: Session, callers: Callers, place: Observed<AccountPlace>): Promise<IdentityNote | null> {
  if (organization === null) return null;
  const caller = await organization.reader.readCaller();
  const { account, partition } = callers.reading;
  if (place.known && place.value.kind === 'standalone') throw problem('identity/other-organization', { detail: `Account ${account} is in no organization.` });
  if (place.known) requireManagement({ name: organization.name, caller }, place.value.kind === 'member' ? place.value.managementAccount : account, partition);
  return { name: organization.name, caller, endpoint: organization.endpoint };
}

/** Identify, and say it. @throws Problem as `readCallers`; `identity/other-organization` */
export async function identify(session: Session): Promise<Identified> {
  const { reading } = session.identities;
  const callers = await readCallers(session);
  const place = await readPlace(session);
  const organization = await identifyOrganization(session, callers, place);
  session.ui.emit({
    code: 'identity',
    reading: { name: reading.name, caller: callers.reading, endpoint: reading.endpoint },
    root: callers.root === null ? null : { name: callers.root.cloud.name, caller: callers.root.caller, endpoint: callers.root.cloud.endpoint },
    organization,
    place: place.known ? place.value : null,
  });
  return { callers, place };
}

/** Detect, and say it. */
export const surveyRootUser = (session: Session, identified: Identified): Promise<RootUserFacts> => survey(session, identified, false);

/** The live facts alone, without the credential report. */
export const glanceAtRootUser = (session: Session, identified: Identified): Promise<RootUserFacts> => survey(session, identified, true);

async function survey(session: Session, { callers, place }: Identified, isGlance: boolean): Promise<RootUserFacts> {
  const facts = await readRootUserFacts(session, callers, place, isGlance);
  const verdict = assessVerdict(facts);
  session.ui.emit({ code: 'facts', facts, verdict, findings: assessFindings(facts, verdict) });
  return facts;
}

/** The credential report is served from a cache for 4 hours (IAM API reference, GenerateCredentialReport). */
export const REPORT_CACHE_MS = 4 * 3_600 * SECOND_MS;

/** Until when the report may still show the state of before. */
export const reportChangesAfter = (facts: RootUserFacts): ReturnType<typeof plusMs> | null =>
  facts.report.known ? plusMs(facts.report.value.generatedAt, REPORT_CACHE_MS) : null;
