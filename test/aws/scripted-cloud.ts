/** A Cloud over the real SDK clients and a scripted handler, with virtual time and every call let through at once. */
import { openCloud } from '../../src/aws/aws-cloud.ts';
import type { IdentitySettings } from '../../src/aws/identity-settings.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { CallPolicy, Cloud, Lane } from '../../src/ports/cloud.ts';
import { parseRunId } from '../../src/domain/identifiers.ts';
import { openScriptedHandler, type Reply, type ScriptedHandler, type SeenRequest } from '../support/scripted-handler.ts';

export const IDENTITY: IdentitySettings = {
  name: 'root', profile: 'root', region: 'eu-west-1', endpoints: {}, endpoint: null, signInCommand: 'aws login --profile root', files: {},
};

export type Scripted = { cloud: Cloud; handler: ScriptedHandler; lanes: (Lane & { effect: 'read' | 'write' })[]; clock: Clock & { slept: number } };

/** Time that only sleeping moves. */
export function openVirtualClock(): Clock & { slept: number } {
  const clock = {
    slept: 0,
    now: () => Date.parse('2026-11-24T00:00:00Z') + clock.slept,
    sleep: (ms: number) => {
      clock.slept += ms;
      return Promise.resolve();
    },
  };
  return clock;
}

export function openScriptedCloud(script: (request: SeenRequest, count: number) => Reply, accessKeyId = 'ASIAROOTSESSION00001', settings = IDENTITY): Scripted {
  const handler = openScriptedHandler(script);
  const lanes: Scripted['lanes'] = [];
  const policy: CallPolicy = {
    run: (lane, effect, call) => {
      lanes.push({ ...lane, effect });
      return call();
    },
  };
  const clock = openVirtualClock();
  const transport = { kind: 'rehearsal', requestHandler: handler, credentials: { accessKeyId, secretAccessKey: 'not-a-secret' } } as const;
  return { cloud: openCloud(settings, { transport, policy, clock, runId: parseRunId('7f3a-91c2') }), handler, lanes, clock };
}
