/** Events that callers bring: custom ones onto the bus, and samples against a pattern (EventBridge API reference, PutEvents and TestEventPattern). */
import type * as Sdk from '@aws-sdk/client-eventbridge';
import { putOnBus } from '../event-bus.ts';
import { isPatternMatch, parseEventPattern } from '../event-pattern.ts';
import { accountInRegion } from '../regions.ts';
import { nextRequestId } from '../sequence.ts';
import { ServiceError, type Call } from '../service.ts';

/** Members that a sample must have. */
const REQUIRED: readonly string[] = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];

export function testEventPattern(input: Sdk.TestEventPatternRequest, _call: Call): Sdk.TestEventPatternResponse {
  const pattern = parseEventPattern(input.EventPattern ?? '');
  const event = parseObject(input.Event ?? '');
  const missing = event === undefined ? 'event' : REQUIRED.find((name) => event[name] === undefined);
  if (missing !== undefined) throw new ServiceError('ValidationException', `Parameter Event is not valid. Reason: ${missing} is missing`);
  return { Result: isPatternMatch(pattern, event) };
}

/** Each entry is taken or refused by itself. */
export function putEvents(input: Sdk.PutEventsRequest, call: Call): Sdk.PutEventsResponse {
  const account = accountInRegion(call);
  const results = (input.Entries ?? []).map((entry): Sdk.PutEventsResultEntry => {
    const { Source: source = '', DetailType: type = '', Detail: detail = '' } = entry;
    const parsed = parseObject(detail);
    if (source === '' || type === '') return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Parameters Source and DetailType are required.' };
    if (source.startsWith('aws.')) return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
    if (parsed === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const id = nextRequestId(call.world);
    const time = `${new Date(call.at).toISOString().slice(0, 19)}Z`;
    putOnBus(call.world, account.id, call.region, {
      'version': '0', id, 'detail-type': type, source, 'account': account.id, time, 'region': call.region, 'resources': entry.Resources ?? [], 'detail': parsed,
    });
    return { EventId: id };
  });
  return { FailedEntryCount: results.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Entries: results };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}
