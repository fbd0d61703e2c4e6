/** SNS as a service: the table of its operations (SNS API reference). */
import type { OperationTrait, Service } from '../service.ts';
import { listSubscriptionsByTopic, publishMessage, subscribe, unsubscribe } from './sns-subscriptions.ts';
import { createTopic, deleteTopic, getTopicAttributes, listTopics, setTopicAttributes } from './sns-topics.ts';

const read: OperationTrait = { isReadOnly: true };
const write: OperationTrait = { isReadOnly: false };

export const snsService: Service = {
  signingName: 'sns',
  actionPrefix: 'sns',
  eventSource: 'sns.amazonaws.com',
  operations: {
    ListTopics: { run: listTopics, trait: read },
    GetTopicAttributes: { run: getTopicAttributes, trait: read },
    ListSubscriptionsByTopic: { run: listSubscriptionsByTopic, trait: read },
    CreateTopic: { run: createTopic, trait: write },
    SetTopicAttributes: { run: setTopicAttributes, trait: write },
    DeleteTopic: { run: deleteTopic, trait: write },
    Subscribe: { run: subscribe, trait: write },
    Unsubscribe: { run: unsubscribe, trait: write },
    // A data event, which the trail does not keep.
    Publish: { run: publishMessage, trait: read },
  },
};
