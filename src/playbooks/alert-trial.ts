/** Tries alerts out as far as that goes without root: samples against the rules that are there, and a custom event through a temporary rule to the same topics. */
import { TARGET_ID, TRIAL, type AlertId, type AlertRule } from '../domain/alert.ts';
import { ruleKey } from '../domain/alert-assessment.ts';
import { problem } from '../domain/problem.ts';
import type { SurveyedAlerts } from './alert-survey.ts';
import { nowOf, type Session } from './session.ts';

/** A sample event and whether the alert must match it. */
export type Sample = { name: string; event: string; isMatch: boolean };
export type TrialResult = { matches: { alert: string; region: string; samples: number; wrong: string[] }[]; sent: { region: string; topic: string }[] };

const SETTLE_MS = 5_000;

/** The patterns that AWS has, not those of the library: what was changed by hand is tried as it is. */
async function trySamples(session: Session, rule: AlertRule, pattern: string, samples: Sample[]): Promise<TrialResult['matches'][number]> {
  const { reader } = session.identities.reading;
  const wrong: string[] = [];
  for (const { name, event, isMatch } of samples) {
    if ((await reader.isEventMatch(rule.region, pattern, event)) !== isMatch) wrong.push(isMatch ? `${name} is not matched` : `${name} is matched`);
  }
  return { alert: rule.alert, region: rule.region, samples: samples.length, wrong };
}

/**
 * Sends one event of our own through a temporary rule to one topic, and removes the rule whatever happens. A rule of the same name is ours, left behind
 * by a trial that was cut off: nothing but a trial makes one.
 */
async function sendTrial(session: Session, region: string, topic: string): Promise<void> {
  const { writer } = session.identities.reading;
  const detail = JSON.stringify({ message: `rootzero tries this alert topic, ${nowOf(session)}. Nothing happened to the root user.`, topic });
  await writer.putEventRule(region, TRIAL.rule, { pattern: TRIAL.pattern, state: 'ENABLED', description: 'Temporary rule of rootzero guard alerts test.' });
  try {
    await writer.putRuleTarget(region, TRIAL.rule, { id: TARGET_ID, arn: topic, roleArn: null });
    // A rule may take a moment to act (EventBridge API reference, PutTargets).
    await session.clock.sleep(SETTLE_MS);
    await writer.putCustomEvent(region, TRIAL.source, 'rootzero trial', detail);
    await session.clock.sleep(SETTLE_MS);
  } finally {
    await writer.removeRuleTarget(region, TRIAL.rule, TARGET_ID);
    await writer.deleteEventRule(region, TRIAL.rule);
  }
}

/**
 * @param isSending whether messages are sent; without, only samples are matched
 * @throws Problem where a rule or topic is not there to be tried
 */
export async function tryAlerts(session: Session, { wanted, found }: SurveyedAlerts, samples: Record<AlertId, Sample[]>, isSending: boolean): Promise<TrialResult> {
  const matches: TrialResult['matches'] = [];
  for (const rule of wanted.rules) {
    session.signal.throwIfAborted();
    const there = found.rules.get(ruleKey(rule));
    const pattern = there?.known === true ? there.value?.pattern : undefined;
    if (pattern === undefined || pattern === null) throw problem('guardrail/alert-missing', { detail: `${rule.name} in ${rule.region}.` });
    matches.push(await trySamples(session, rule, pattern, samples[rule.alert]));
  }
  const sent: TrialResult['sent'] = [];
  for (const { arn, region } of isSending ? wanted.topics : []) {
    session.signal.throwIfAborted();
    await sendTrial(session, region, arn);
    sent.push({ region, topic: arn });
  }
  return { matches, sent };
}
