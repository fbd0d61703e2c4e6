/** Carries out `rootzero guard alerts`: making alerts, looking whether they would fire, trying them, taking them off. */
import { SEVERITIES, type Severity } from '../domain/alert.ts';
import { exitCodeOfParts } from '../domain/guard-part.ts';
import { parseArn } from '../domain/identifiers.ts';
import { printableJson } from '../domain/printable-json.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { planAlerts, type AlertSubscription, type PlannedChanges } from '../playbooks/alert-planning.ts';
import { planAlertRemoval } from '../playbooks/alert-removal.ts';
import { surveyAlerts, surveyDeployedAlerts, type SurveyedAlerts } from '../playbooks/alert-survey.ts';
import { tryAlerts } from '../playbooks/alert-trial.ts';
import type { Context } from './context-type.ts';
import type { CommonOptions } from './options.ts';
import { assembleChangePlan } from './change-plan.ts';
import { carryOutPlan } from './apply.ts';
import { readPatterns, readSamples } from './policy-files.ts';
import { openRunDeps, type RunDeps } from './run-control.ts';
import { openSession } from './session.ts';

export type AlertLookOptions = CommonOptions & { alertRegion: string[] };
export type AlertApplyOptions = AlertLookOptions & {
  pageTo: string[];
  noteTo: string[];
  pageTopic: string[];
  noteTopic: string[];
  forwardTo?: string;
  forwardRole?: string;
  includeReads?: true;
  replace?: true;
  acceptNoTrail?: true;
  preview?: true;
};
export type AlertTestOptions = AlertLookOptions & { send?: true };
export type AlertRemoveOptions = CommonOptions & { preview?: true };

/** What an endpoint is tells its protocol (SNS API reference, Subscribe). */
const PROTOCOLS: readonly (readonly [RegExp, string])[] = [
  [/^[^@\s:]+@[^@\s]+$/, 'email'], [/^https:\/\/\S+$/, 'https'], [/^\+\d{6,15}$/, 'sms'],
  [/^arn:[a-z-]+:sqs:\S+$/, 'sqs'], [/^arn:[a-z-]+:lambda:\S+$/, 'lambda'], [/^arn:[a-z-]+:firehose:\S+$/, 'firehose'],
];

function parseSubscription(severity: Severity, endpoint: string): AlertSubscription {
  const protocol = PROTOCOLS.find(([pattern]) => pattern.test(endpoint))?.[1];
  if (protocol === undefined) throw problem('input/usage', { detail: `--${severity}-to takes an e-mail address, an https URL, a phone number with + or the ARN of a queue or function, not ${JSON.stringify(endpoint)}.` });
  return { severity, protocol, endpoint };
}

function parseTopic(severity: Severity, text: string): { severity: Severity; arn: string } {
  const { service, region } = parseArn(text);
  if (service !== 'sns' || region === '') throw problem('input/usage', { detail: `--${severity}-topic takes the ARN of an SNS topic, not ${JSON.stringify(text)}.` });
  return { severity, arn: text };
}

function parseForwarding({ forwardTo, forwardRole }: AlertApplyOptions): { hub: string; roleArn: string } | null {
  if (forwardTo === undefined && forwardRole === undefined) return null;
  if (forwardTo === undefined || forwardRole === undefined) throw problem('input/usage', { detail: '--forward-to and --forward-role go together: a bus of another Region takes events by a role only.' });
  if (!parseArn(forwardRole).resource.startsWith('role/')) throw problem('input/usage', { detail: `--forward-role takes the ARN of a role, not ${JSON.stringify(forwardRole)}.` });
  return { hub: forwardTo, roleArn: forwardRole };
}

const regionsOf = ({ alertRegion }: AlertLookOptions): string[] | null => (alertRegion.length === 0 ? null : [...new Set(alertRegion)]);

/** What it costs in messages and confirmations, before anybody is surprised. */
function remarksOn({ wanted, wishes }: SurveyedAlerts, subscriptions: number): string[] {
  const topics = wanted.topics.length;
  return [
    ...(subscriptions === 0 ? [] : [`confirm each subscription by e-mail or web hook: ${wanted.topics.length} topics; until then an alert is broken`]),
    ...(wishes.forwarding !== null || topics <= SEVERITIES.length ? [] : [`a rule sends only to topics of its own Region, so there are ${topics}; with --forward-to REGION --forward-role ARN there are ${SEVERITIES.length}`]),
    ...(wishes.forwarding === null ? [] : ['events that are forwarded are billed as custom events of EventBridge']),
    ...(wishes.includesReads
      ? ['--include-reads: every read-only call by root sends a message; an hour in the console makes hundreds']
      : ['read-only calls by root do not page (--include-reads, one message for each call)']),
    'each AssumeRoot session sends one note, and one for each change that it makes',
  ];
}

async function showOrStart(deps: RunDeps, options: CommonOptions & { preview?: true }, planned: PlannedChanges, boundTo: Parameters<typeof assembleChangePlan>[2], remarks: string[]): Promise<ExitCode> {
  const plan = assembleChangePlan(deps.context, 'alerts', boundTo, planned);
  deps.ui.emit({ code: 'change-plan', plan, remarks });
  return options.preview === true || plan.changes.length === 0 ? 0 : (await carryOutPlan(deps, plan, options)).end.exitCode;
}

export async function applyAlerts(context: Context, options: AlertApplyOptions): Promise<ExitCode> {
  const subscriptions = [...options.pageTo.map((text) => parseSubscription('page', text)), ...options.noteTo.map((text) => parseSubscription('note', text))];
  const request = {
    patterns: await readPatterns(context),
    forwarding: parseForwarding(options),
    givenTopics: [...options.pageTopic.map((text) => parseTopic('page', text)), ...options.noteTopic.map((text) => parseTopic('note', text))],
    includesReads: options.includeReads === true,
    regions: regionsOf(options),
  };
  const deps = await openRunDeps(context, options);
  const session = await openSession(context, options, deps.ui);
  const surveyed = await surveyAlerts(session, request);
  const planned = planAlerts(surveyed, { subscriptions, isReplacing: options.replace === true, isNoTrailAccepted: options.acceptNoTrail === true });
  return showOrStart(deps, options, planned, surveyed.wishes, remarksOn(surveyed, subscriptions.length));
}

export async function showAlerts(context: Context, options: AlertLookOptions): Promise<ExitCode> {
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const { parts, wishes, isRegionListComplete } = await surveyDeployedAlerts(session, await readPatterns(context), regionsOf(options));
  const remarks = isRegionListComplete ? [] : ['account:ListRegions was refused: opt-in Regions were not looked at'];
  const exitCode = exitCodeOfParts(parts);
  if (options.format === 'json') context.result(printableJson({ schema: 1, tool: context.system.tool, world: context.world, account: wishes.account, exitCode, parts, remarks }, true));
  else ui.emit({ code: 'guard-parts', about: 'alerts', account: wishes.account, parts, remarks });
  return exitCode;
}

export async function testAlerts(context: Context, options: AlertTestOptions): Promise<ExitCode> {
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const surveyed = await surveyDeployedAlerts(session, await readPatterns(context), regionsOf(options));
  const { matches, sent } = await tryAlerts(session, surveyed, await readSamples(context), options.send === true);
  const remarks = [
    ...(options.send === true ? [] : ['no message was sent: --send tries the topics with a harmless one']),
    'the way from the trail to the rule is not tried by this: only a drill proves it, in which root really signs in',
  ];
  ui.emit({ code: 'alert-test', matches, sent, remarks });
  return matches.some(({ wrong }) => wrong.length > 0) ? 1 : 0;
}

export async function removeAlerts(context: Context, options: AlertRemoveOptions): Promise<ExitCode> {
  const deps = await openRunDeps(context, options);
  const session = await openSession(context, options, deps.ui);
  const caller = await session.identities.reading.reader.readCaller();
  const planned = await planAlertRemoval(session, await readPatterns(context));
  return showOrStart(deps, options, planned, caller, []);
}
