/** EventBridge, one Region at a time: rules of the default bus, their targets, samples and custom events. */
import type { PutTargetsResultEntry, RuleState, Target } from '@aws-sdk/client-eventbridge';
import type { EventRuleStateName, RuleTarget } from '../domain/alert.ts';
import { asProblem, problem } from '../domain/problem.ts';
import type { AlertReader, AlertWriter } from '../ports/alerts.ts';
import type { Lane } from '../ports/cloud.ts';
import { parseAnswer, parsePresent } from './aws-errors.ts';
import { readAll, type Calls } from './calls.ts';
import type { Clients } from './clients.ts';

const laneOf = (region: string): Lane => ({ name: `events:${region}` });

const STATES: readonly EventRuleStateName[] = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];

function parseState(state: RuleState | undefined, operation: string): EventRuleStateName {
  return parseAnswer(operation, () => STATES.find((known) => known === state) ?? fail(`the rule has the state ${String(state)}`));
}

function fail(reason: string): never {
  throw new TypeError(reason);
}

const parseTarget = ({ Id, Arn, RoleArn }: Target, operation: string): RuleTarget => ({
  id: parsePresent(Id, operation, 'Id'), arn: parsePresent(Arn, operation, 'Arn'), roleArn: RoleArn ?? null,
});

export function openEventRuleReader(clients: Clients, calls: Calls): Pick<AlertReader, 'findEventRule' | 'isEventMatch'> {
  const listTargets = async (region: string, name: string): Promise<RuleTarget[]> => {
    const { client, sdk } = await clients.eventBridge(region);
    const operation = 'events:ListTargetsByRule';
    return readAll(operation, async (token) => {
      const page = await calls.read(laneOf(region), operation, () => client.send(new sdk.ListTargetsByRuleCommand({ Rule: name, NextToken: token })));
      return { items: (page.Targets ?? []).map((target) => parseTarget(target, operation)), next: page.NextToken };
    });
  };

  return {
    findEventRule: async (region, name) => {
      const { client, sdk } = await clients.eventBridge(region);
      const operation = 'events:DescribeRule';
      try {
        const rule = await calls.read(laneOf(region), operation, () => client.send(new sdk.DescribeRuleCommand({ Name: name })));
        return {
          pattern: rule.EventPattern ?? null,
          state: parseState(rule.State, operation),
          description: rule.Description ?? '',
          managedBy: rule.ManagedBy ?? null,
          targets: await listTargets(region, name),
        };
      } catch (thrown) {
        const refused = asProblem(thrown);
        if (refused.code === 'aws/not-found') return null;
        throw refused;
      }
    },

    isEventMatch: async (region, pattern, event) => {
      const { client, sdk } = await clients.eventBridge(region);
      const operation = 'events:TestEventPattern';
      const answer = await calls.read(laneOf(region), operation, () => client.send(new sdk.TestEventPatternCommand({ EventPattern: pattern, Event: event })));
      return parsePresent(answer.Result, operation, 'Result');
    },
  };
}

/** Refusals of one entry that pass by themselves (EventBridge API reference, PutTargetsResultEntry). */
const PASSING = /^(ConcurrentModification|InternalException|InternalFailure|Throttl)/;

/** Requests of several entries succeed as a whole even where entries fail: that reads as a refusal here. */
function requireNoFailure(operation: string, failedCount: number | undefined, failed: readonly Pick<PutTargetsResultEntry, 'ErrorCode' | 'ErrorMessage'>[] = []): void {
  if (parsePresent(failedCount, operation, 'FailedEntryCount') === 0) return;
  const { ErrorCode: code = '', ErrorMessage: message = '' } = failed.find(({ ErrorCode }) => ErrorCode !== undefined) ?? {};
  const detail = `${operation}: ${code}: ${message}`;
  throw PASSING.test(code) ? problem('aws/precondition', { detail, retry: 'now' }) : problem('aws/rejected', { detail });
}

type EventRuleWriter = Pick<AlertWriter, 'putEventRule' | 'deleteEventRule' | 'putRuleTarget' | 'removeRuleTarget' | 'putCustomEvent'>;

export function openEventRuleWriter(clients: Clients, calls: Calls): EventRuleWriter {
  return {
    putEventRule: async (region, name, { pattern, state, description }) => {
      const { client, sdk } = await clients.eventBridge(region);
      const command = new sdk.PutRuleCommand({ Name: name, EventPattern: pattern, State: state, Description: description });
      await calls.write(laneOf(region), 'events:PutRule', () => client.send(command));
    },
    deleteEventRule: async (region, name) => {
      const { client, sdk } = await clients.eventBridge(region);
      await calls.write(laneOf(region), 'events:DeleteRule', () => client.send(new sdk.DeleteRuleCommand({ Name: name })));
    },
    putRuleTarget: async (region, rule, { id, arn, roleArn }) => {
      const { client, sdk } = await clients.eventBridge(region);
      const operation = 'events:PutTargets';
      const Targets = [{ Id: id, Arn: arn, ...(roleArn === null ? {} : { RoleArn: roleArn }) }];
      await calls.write(laneOf(region), operation, async () => {
        const answer = await client.send(new sdk.PutTargetsCommand({ Rule: rule, Targets }));
        requireNoFailure(operation, answer.FailedEntryCount, answer.FailedEntries);
        return answer;
      });
    },
    removeRuleTarget: async (region, rule, targetId) => {
      const { client, sdk } = await clients.eventBridge(region);
      const operation = 'events:RemoveTargets';
      await calls.write(laneOf(region), operation, async () => {
        const answer = await client.send(new sdk.RemoveTargetsCommand({ Rule: rule, Ids: [targetId] }));
        requireNoFailure(operation, answer.FailedEntryCount, answer.FailedEntries);
        return answer;
      });
    },
    putCustomEvent: async (region, source, detailType, detail) => {
      const { client, sdk } = await clients.eventBridge(region);
      const operation = 'events:PutEvents';
      await calls.write(laneOf(region), operation, async () => {
        const answer = await client.send(new sdk.PutEventsCommand({ Entries: [{ Source: source, DetailType: detailType, Detail: detail }] }));
        requireNoFailure(operation, answer.FailedEntryCount, answer.Entries);
        return answer;
      });
    },
  };
}
