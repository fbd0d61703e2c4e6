/** Would whoever is on call hear of root's sign-in? As far as that can be read: trails, topics, subscriptions and rules, and samples tried on the rules. Sends nothing. */
import { ALERT_IDS, landingRegions, ruleNameOf, severityOf, topicNameOf, type AlertId } from '../domain/alert.ts';
import type { GuardPart } from '../domain/guard-part.ts';
import type { AccountId } from '../domain/identifiers.ts';
import { asProblem } from '../domain/problem.ts';
import { surveyDeployedAlerts, type SurveyedAlerts } from './alert-survey.ts';
import { tryAlerts, type Sample } from './alert-trial.ts';
import { managerOf, type Session } from './session.ts';
import { observe } from './survey.ts';

export type PageRequest = { account: AccountId; memberRole: string | null; patterns: Record<AlertId, string>; samples: Record<AlertId, Sample[]> };

/** `alerting`: whose alerts these are. `isForwarded`: not the account's own, so that its events have to be forwarded there. */
export type PageOutlook = { alerting: AccountId; isForwarded: boolean; parts: GuardPart[]; unproved: string[] };

const NOTES = ALERT_IDS.filter((alert) => severityOf(alert) === 'note').map(ruleNameOf);
/** What pages; notes wake nobody. */
const isOfPage = ({ kind, name }: GuardPart): boolean => !(kind === 'event-rule' && NOTES.includes(name)) && !(kind === 'topic' && name === topicNameOf('note'));

/** The alerts of one account in the Regions where sign-ins land. Null where it has none of rootzero's. */
async function surveyPages(session: Session, patterns: PageRequest['patterns']): Promise<SurveyedAlerts | null> {
  const { reader } = session.identities.reading;
  const { partition } = await reader.readCaller();
  const { regions } = await reader.readEnabledRegions();
  const surveyed = await surveyDeployedAlerts(session, patterns, landingRegions('root-signin-page', partition, regions));
  const isThere = surveyed.parts.some(({ kind, state }) => kind === 'event-rule' && state !== 'missing');
  return isThere ? surveyed : null;
}

/** Samples against the rules as AWS has them: one line for each that does not do as it should, or for what kept it from being tried. */
async function trySamples(session: Session, surveyed: SurveyedAlerts, samples: PageRequest['samples']): Promise<GuardPart[]> {
  const tried = await observe(session, 'events:TestEventPattern', () => tryAlerts(session, surveyed, samples, false));
  if (!tried.known) return [{ kind: 'event-rule', region: '', name: 'sample events', state: 'unknown', because: [`could not be tried (${tried.because})`] }];
  const wrong = tried.value.matches.flatMap(({ alert, region, wrong: lines }) => lines.map((line) => `${alert} in ${region}: ${line}`));
  return [{ kind: 'event-rule', region: '', name: 'sample events', state: wrong.length === 0 ? 'live' : 'broken', because: wrong }];
}

const readingAs = (session: Session, reading: Session['identities']['reading']): Session => ({ ...session, identities: { reading, root: null, organization: null }, ui: { emit: () => undefined, ask: null } });

async function surveyMember(session: Session, account: AccountId, role: string, patterns: PageRequest['patterns']): Promise<{ inside: Session; surveyed: SurveyedAlerts | null } | string> {
  const inside = readingAs(session, managerOf(session).inAccount(account, role));
  try {
    return { inside, surveyed: await surveyPages(inside, patterns) };
  } catch (thrown) {
    const because = asProblem(thrown);
    if (because.fault === 'tool' || because.code === 'run/interrupted' || because.code.startsWith('credentials/')) throw because;
    return because.summary;
  }
}

/** Looks into the account itself where a role lets it, else at the alerts of its management account, to which events may be forwarded. */
export async function surveyPage(session: Session, { account, memberRole, patterns, samples }: PageRequest): Promise<PageOutlook> {
  const always = 'the way from the trail to the rule: only a sign-in as root shows that the page comes';
  const member = memberRole === null ? 'no --member-role' : await surveyMember(session, account, memberRole, patterns);
  if (typeof member !== 'string' && member.surveyed !== null) {
    return { alerting: account, isForwarded: false, parts: [...member.surveyed.parts.filter(isOfPage), ...(await trySamples(member.inside, member.surveyed, samples))], unproved: [always] };
  }
  const outside = readingAs(session, managerOf(session));
  const { account: alerting } = await outside.identities.reading.reader.readCaller();
  const looked = await observe(outside, 'events:DescribeRule', () => surveyPages(outside, patterns));
  const why = typeof member === 'string' ? `the account itself was not looked at (${member.replace(/\.$/, '')})` : `${account} has no alerts of its own`;
  const nothing = { kind: 'event-rule' as const, region: '', name: 'alerts on root' };
  const forwarding = `that events of ${account} are forwarded to ${alerting}, as a StackSet does: ${why}`;
  if (!looked.known) return { alerting, isForwarded: true, parts: [{ ...nothing, state: 'unknown', because: [`could not be read (${looked.because})`] }], unproved: [forwarding, always] };
  if (looked.value === null) return { alerting, isForwarded: true, parts: [{ ...nothing, state: 'missing', because: ['none of rootzero\'s, here or there: rootzero guard alerts apply'] }], unproved: [`whether anybody hears of it otherwise: ${why}`, always] };
  return { alerting, isForwarded: true, parts: [...looked.value.parts.filter(isOfPage), ...(await trySamples(outside, looked.value, samples))], unproved: [forwarding, always] };
}
