/** `rootzero permissions` prints the policies that ship: all, those of one command, or one of them as IAM takes it; it asks AWS nothing. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScenario } from '../../src/simulator/scenarios.ts';
import { closeOperator, lastProblem, openOperator, type, type Operator } from '../support/operator.ts';

const COMMANDS = readdirSync('policies/iam').map((file) => file.replace('.json', '')).sort();
const shipped = (command: string): Record<string, unknown> => JSON.parse(readFileSync(`policies/iam/${command}.json`, 'utf8')) as Record<string, unknown>;

describe('rootzero permissions', () => {
  let operator: Operator;
  beforeAll(async () => {
    operator = await openOperator(openScenario('flagged-account', Date.parse('2026-11-24T12:00:00Z')));
  });
  afterAll(() => closeOperator(operator));

  it('prints what ships for every command that calls AWS', async () => {
    expect(await type(operator, ['permissions'])).toBe(0);
    expect(JSON.parse(operator.result)).toEqual(Object.fromEntries(COMMANDS.map((command) => [command, shipped(command)])));
  });

  it.each(COMMANDS)('%s: the policies by identity, and each by itself', async (command) => {
    expect(await type(operator, ['permissions', command])).toBe(0);
    expect(JSON.parse(operator.result)).toEqual(shipped(command));
    for (const [identity, policy] of Object.entries(shipped(command))) {
      expect(await type(operator, ['permissions', command, '--for', identity])).toBe(0);
      expect(JSON.parse(operator.result)).toEqual(policy);
    }
  });

  it.each([
    [['permissions', 'status'], '"status" calls nothing in AWS'],
    [['permissions', '../../package'], 'calls nothing in AWS'],
    [['permissions', 'check', '--for', 'nobody'], 'check calls nothing as nobody; it does as reading, root.'],
    [['permissions', '--for', 'root'], 'name one of apply, apply-org, breakglass'],
  ])('%j is no question that it can answer', async (argv, complaint) => {
    expect(await type(operator, argv)).toBe(3);
    expect(lastProblem(operator)).toBe('input/usage');
    expect(operator.output).toContain(complaint);
  });

  it('asks AWS nothing', () => {
    expect(operator.calls).toEqual([]);
  });
});
