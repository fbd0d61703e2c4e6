/** Carries out the changes of a guardrail run one by one, each seen as done before the next, and takes them back in reverse. Knows no command. */
import type { FoundEventRule, RuleTarget } from '../domain/alert.ts';
import { isSameTarget } from '../domain/alert-assessment.ts';
import { describeChange, invertChange, type GuardChange, type ChangePlan } from '../domain/change-plan.ts';
import { isSamePolicy } from '../domain/guardrail.ts';
import { organizationRuleDifferences } from '../domain/organization-rule.ts';
import { problem } from '../domain/problem.ts';
import { withoutPublishStatement, withPublishStatement } from '../domain/resource-policy.ts';
import { executeStep } from '../engine/executor.ts';
import type { Observation } from '../engine/step.ts';
import type { Cloud } from '../ports/cloud.ts';
import { isSameRule } from './guardrails.ts';
import { requireReading, stateOf, WRITE_RETRY, type Run } from './run.ts';
import { nowOf } from './session.ts';

/** A run of guardrail changes in progress. */
export type ChangeRun = Run<ChangePlan>;

/** Reads of EventBridge, SNS and AWS Config may lag behind a write by some seconds; no figure is published. */
const PROPAGATION_MS = 15_000;

type Look = 'before' | 'after' | { other: string };
type Hands = { look: () => Promise<Look>; act: () => Promise<void> };

/** Where `there` stands between the two ends of a change. */
function place<Thing>(there: Thing | null, before: Thing | null, after: Thing | null, isSame: (first: Thing, second: Thing) => boolean, describe: (thing: Thing) => string): Look {
  const is = (end: Thing | null): boolean => (there === null || end === null ? there === end : isSame(there, end));
  if (is(after)) return 'after';
  return is(before) ? 'before' : { other: there === null ? 'it is not there' : describe(there) };
}

const isSameDocument = (first: Pick<FoundEventRule, 'pattern' | 'state'>, second: Pick<FoundEventRule, 'pattern' | 'state'>): boolean =>
  first.state === second.state && isSamePolicy(first.pattern ?? '', second.pattern ?? '');

/** Adds or takes away our statement; the rest of the policy is kept as it is at that moment, and its image goes into the journal first. */
function statementHands(run: ChangeRun, cloud: Cloud, change: Extract<GuardChange, { kind: 'topic-statement' }>): Hands {
  const wanted = (policy: string): string | undefined => (change.after ? withPublishStatement(policy, change.arn) : withoutPublishStatement(policy));
  return {
    look: async () => {
      const topic = await cloud.reader.findTopic(change.arn);
      if (topic === null) return change.after ? { other: 'the topic is not there' } : 'after';
      const policy = wanted(topic.policy);
      if (change.after) return policy !== undefined && isSamePolicy(policy, topic.policy) ? 'after' : 'before';
      return policy === undefined ? 'after' : 'before';
    },
    act: async () => {
      const topic = await cloud.reader.findTopic(change.arn);
      const policy = topic === null ? undefined : wanted(topic.policy);
      if (topic === null || policy === undefined) throw problem('guardrail/alert-topic', { detail: `The policy of ${change.arn} was not understood.` });
      await run.engine.journal.append({ kind: 'observed', what: `before ${change.id}`, value: topic.policy });
      await cloud.writer.setTopicPolicy(change.arn, policy);
    },
  };
}

function targetHands({ reader, writer }: Cloud, { region, rule, before, after }: Extract<GuardChange, { kind: 'rule-target' }>): Hands {
  const id = (after ?? before)?.id ?? '';
  return {
    look: async () => {
      const there = (await reader.findEventRule(region, rule))?.targets.find((target) => target.id === id) ?? null;
      return place<RuleTarget>(there, before, after, isSameTarget, ({ arn }) => `it sends to ${arn}`);
    },
    act: () => (after === null ? writer.removeRuleTarget(region, rule, id) : writer.putRuleTarget(region, rule, after)),
  };
}

function handsFor(run: ChangeRun, change: GuardChange): Hands {
  const cloud = run.session.identities.reading;
  const { reader, writer } = cloud;
  switch (change.kind) {
    case 'topic': return {
      look: async () => ((await reader.findTopic(change.arn)) === null) === change.after ? 'before' : 'after',
      act: async () => {
        if (change.after) await writer.createTopic(change.region, change.name);
        else await writer.deleteTopic(change.arn);
      },
    };
    case 'topic-statement': return statementHands(run, cloud, change);
    case 'subscription': return {
      look: async () => {
        const subscriptions = (await reader.findTopic(change.arn))?.subscriptions ?? [];
        return subscriptions.some(({ protocol, endpoint }) => protocol === change.protocol && endpoint === change.endpoint) ? 'after' : 'before';
      },
      act: () => writer.subscribe(change.arn, change.protocol, change.endpoint),
    };
    case 'event-rule': return {
      look: async () => place(await reader.findEventRule(change.region, change.name), change.before, change.after, isSameDocument, ({ pattern, state }) => `${state} ${pattern ?? ''}`),
      act: () => (change.after === null ? writer.deleteEventRule(change.region, change.name) : writer.putEventRule(change.region, change.name, change.after)),
    };
    case 'rule-target': return targetHands(cloud, change);
    case 'config-rule': {
      const { region, before, after } = change;
      const { name = '', sourceIdentifier = '' } = after ?? before ?? {};
      return {
        look: async () => {
          const there = (await reader.findConfigRules(region, name, sourceIdentifier)).find((rule) => rule.name === name) ?? null;
          return place(there, before, after, isSameRule, ({ sourceOwner, sourceIdentifier: source }) => `${sourceOwner}/${source}`);
        },
        act: () => (after === null ? writer.deleteConfigRule(region, name) : writer.putConfigRule(region, after)),
      };
    }
    case 'organization-rule': {
      const { region, before, after } = change;
      const name = (after ?? before)?.name ?? '';
      return {
        look: async () => {
          const there = (await reader.listOrganizationRules(region)).find((rule) => rule.name === name) ?? null;
          return place(there, before, after, (first, second) => organizationRuleDifferences(second, first).length === 0, ({ identifier }) => identifier);
        },
        act: () => (after === null ? writer.deleteOrganizationRule(region, name) : writer.putOrganizationRule(region, after)),
      };
    }
  }
}

/** One change as a durable step. What is there already is left alone. @returns whether anything was written */
async function carryOut(run: ChangeRun, change: GuardChange, key: string): Promise<boolean> {
  const { session, engine } = run;
  const hands = handsFor(run, change);
  const isFresh = stateOf(run).steps.get(key) === undefined;
  if (isFresh && (await hands.look()) === 'after') return false;
  await executeStep<null>(engine, {
    key,
    require: async () => {
      await requireReading(run);
      const seen = await hands.look();
      if (seen !== 'before') throw problem('plan/stale', { detail: `${describeChange(change)}: ${seen === 'after' ? 'somebody else did it' : seen.other}.`, nextStep: `It was left as it is. Look at what differs, then run rootzero guard ${run.plan.about} apply again.` });
    },
    observe: async (): Promise<Observation<null>> => {
      const seen = await hands.look();
      if (seen === 'after') return { state: 'done', result: null };
      return seen === 'before' ? { state: 'not-done' } : { state: 'unclear', why: `${describeChange(change)}: ${seen.other}` };
    },
    act: async () => {
      await hands.act();
      return null;
    },
    retry: WRITE_RETRY,
    propagationMs: PROPAGATION_MS,
    isConfirmedBy: 'observe',
  });
  session.ui.emit({ code: 'change', text: describeChange(change), at: nowOf(session) });
  return true;
}

/** Goes through the plan's changes in order. @throws Problem for everything that stops it; what was done stays, and the run can go on or back */
export async function carryOutChanges(run: ChangeRun): Promise<void> {
  await requireReading(run);
  for (const change of run.plan.changes) {
    run.session.signal.throwIfAborted();
    if (!(await carryOut(run, change, change.id))) run.session.ui.emit({ code: 'note', text: `already so: ${describeChange(change)}` });
  }
}

/** A subscription to a topic that this run made is gone with it. */
const goesWithItsTopic = ({ plan }: ChangeRun, change: GuardChange): boolean =>
  change.kind === 'subscription' && plan.changes.some((other) => other.kind === 'topic' && other.arn === change.arn && other.after);

/** Takes back, last first, what this run did or may have done. @returns what cannot be taken back, in words */
export async function takeBackChanges(run: ChangeRun): Promise<string[]> {
  await requireReading(run);
  const left: string[] = [];
  for (const change of [...run.plan.changes].reverse()) {
    const step = stateOf(run).steps.get(change.id);
    if (step === undefined || step.state === 'failed') continue;
    const inverse = invertChange(change);
    if (inverse === null && !goesWithItsTopic(run, change)) left.push(describeChange(change));
    if (inverse !== null) await carryOut(run, inverse, `rollback/${change.id}`);
  }
  return left;
}

