/** EventBridge as a service: the table of its operations (EventBridge API reference). Only the default bus of each Region is there. */
import type { OperationTrait, Service } from '../service.ts';
import { putEvents, testEventPattern } from './eventbridge-events.ts';
import { deleteRule, describeRule, disableRule, enableRule, listRules, putRule } from './eventbridge-rules.ts';
import { listTargetsByRule, putTargets, removeTargets } from './eventbridge-targets.ts';

const read: OperationTrait = { isReadOnly: true };
const write: OperationTrait = { isReadOnly: false };

export const eventBridgeService: Service = {
  signingName: 'events',
  actionPrefix: 'events',
  eventSource: 'events.amazonaws.com',
  operations: {
    DescribeRule: { run: describeRule, trait: read },
    ListRules: { run: listRules, trait: read },
    ListTargetsByRule: { run: listTargetsByRule, trait: read },
    TestEventPattern: { run: testEventPattern, trait: read },
    PutRule: { run: putRule, trait: write },
    EnableRule: { run: enableRule, trait: write },
    DisableRule: { run: disableRule, trait: write },
    DeleteRule: { run: deleteRule, trait: write },
    PutTargets: { run: putTargets, trait: write },
    RemoveTargets: { run: removeTargets, trait: write },
    // A data event, which the trail does not keep.
    PutEvents: { run: putEvents, trait: read },
  },
};
