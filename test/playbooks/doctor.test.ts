/** `rootzero doctor` on the embedded AWS: what it finds in each world, its exit code, and that it changes nothing. */
import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readFileSync } from 'node:fs';
import { alertingOf } from '../../src/simulator/alerting.ts';
import { openScenario, scenarioNames } from '../../src/simulator/scenarios.ts';
import type { Organization, World } from '../../src/simulator/world.ts';
import { closeOperator, openOperator, type, type Operator } from '../support/operator.ts';

const NOON = Date.parse('2026-11-24T12:00:00Z');
const report = z.strictObject({
  schema: z.literal(1), tool: z.string(), world: z.string(), exitCode: z.number(),
  findings: z.array(z.strictObject({ id: z.string(), area: z.string(), state: z.string(), summary: z.string(), mend: z.strictObject({ command: z.string().nullable(), advice: z.string().nullable() }).nullable() })),
});
type Report = z.infer<typeof report>;

let operator: Operator | null = null;
afterEach(async () => {
  if (operator !== null) await closeOperator(operator);
  operator = null;
});

/** Asks the doctor about a world, and reads its JSON. */
async function ask(world: World): Promise<Report & { exit: number | 'crashed'; at: (id: string) => string | undefined }> {
  operator = await openOperator(world);
  const exit = await type(operator, ['doctor', '-o', 'json']);
  const read = report.parse(JSON.parse(operator.result));
  return { ...read, exit, at: (id) => read.findings.find((finding) => finding.id === id)?.state };
}

function organizationOf(world: World): Organization {
  if (world.organization === undefined) throw new Error('no organization');
  return world.organization;
}

describe('in a world as it is', () => {
  it.each([
    ['flagged-account', 0, []],
    ['management-account', 1, ['trusted-access', 'central-root-access']],
    ['member-account', 2, []],
    ['denied-reader', 1, ['reading-permissions']],
  ])('%s ends with %i', async (scenario, exit, inTheWay) => {
    const asked = await ask(openScenario(scenario, NOON));
    expect([asked.exit, asked.exitCode]).toEqual([exit, exit]);
    expect(asked.findings.filter(({ state }) => state === 'in-the-way').map(({ id }) => id)).toEqual(inTheWay);
  });

  it.each(scenarioNames())('%s: nothing is changed, and every finding says what mends it', async (scenario) => {
    const { findings } = await ask(openScenario(scenario, NOON));
    expect(operator?.world.effects).toEqual([]);
    expect(findings.length).toBe(16);
    expect(findings.filter(({ state, mend }) => (state === 'in-the-way' || state === 'unknown') !== (mend !== null))).toEqual([]);
  });

  it('the table says the same as the document', async () => {
    operator = await openOperator(openScenario('management-account', NOON));
    expect(await type(operator, ['doctor'])).toBe(1);
    expect(operator.result).toContain('✖ trusted access: IAM has no trusted access');
    expect(operator.result).toContain('aws organizations enable-aws-service-access --service-principal iam.amazonaws.com');
    expect(operator.result).toContain('✖ 2 in the way');
  });
});

describe('after what it names was mended', () => {
  it('centralized root access is in order, by the commands as the embedded AWS takes them', async () => {
    const world = openScenario('management-account', NOON);
    organizationOf(world).trustedServices.push('iam.amazonaws.com');
    organizationOf(world).rootFeatures.push('RootCredentialsManagement');
    const asked = await ask(world);
    expect([asked.exit, asked.at('trusted-access'), asked.at('central-root-access')]).toEqual([0, 'in-order', 'in-order']);
  });
});

describe('in a member account that may look around in its organization', () => {
  const SHIPPED = readFileSync('policies/scp/deny-root-user/policy.json', 'utf8');
  const STRICT = readFileSync('policies/scp/deny-root-user-strict/policy.json', 'utf8');

  async function askMember(content: string | null, target: string) {
    const world = openScenario('member-account', NOON);
    const organization = organizationOf(world);
    organization.delegatedAdministrators.push({ accountId: '444455556666', servicePrincipal: 'iam.amazonaws.com' });
    organization.trustedServices.push('iam.amazonaws.com');
    organization.rootFeatures.push('RootCredentialsManagement');
    if (content !== null) {
      organization.policies.push({ id: 'p-guardrail', name: 'guardrail', description: '', content, isAwsManaged: false });
      organization.attachments[target]?.push('p-guardrail');
    }
    return ask(world);
  }

  it('nothing stands in the way of root', async () => {
    const asked = await askMember(null, 'r-ex4m');
    expect([asked.exit, asked.at('policies-on-root'), asked.at('policies-on-assume-root'), asked.at('policy-slots')]).toEqual([0, 'in-order', 'in-order', 'in-order']);
  });

  it.each(['r-ex4m', 'ou-ex4m-product1', '444455556666'])('the shipped policy on %s keeps root out, and AssumeRoot in', async (target) => {
    const asked = await askMember(SHIPPED, target);
    expect([asked.exit, asked.at('policies-on-root'), asked.at('policies-on-assume-root')]).toEqual([1, 'in-the-way', 'in-order']);
    expect(asked.at('root-permissions')).toBe('in-the-way');
    expect(asked.findings.find(({ id }) => id === 'policies-on-root')?.mend?.command).toBe(`aws organizations detach-policy --policy-id p-guardrail --target-id ${target}`);
  });

  it('a policy without the exemption keeps AssumeRoot out', async () => {
    const asked = await askMember(STRICT, 'r-ex4m');
    expect([asked.exit, asked.at('policies-on-assume-root')]).toEqual([1, 'in-the-way']);
  });

  it('a policy elsewhere in the organization is not on the way', async () => {
    expect((await askMember(STRICT, 'ou-ex4m-sandbox1')).exit).toBe(0);
  });
});

describe('detection', () => {
  it.each([
    ['a trail that does not log', { isLogging: false }, 'in-the-way'],
    ['a trail of another Region only', { isMultiRegion: false, homeRegion: 'eu-west-1' }, 'in-the-way'],
    ['a trail of reads', { managementEvents: 'ReadOnly' as const }, 'in-the-way'],
    ['a trail of changes', { managementEvents: 'WriteOnly' as const }, 'in-order'],
  ])('%s', async (_what, change, state) => {
    const world = openScenario('flagged-account', NOON);
    for (const account of Object.values(world.accounts)) alertingOf(account).trails = alertingOf(account).trails.map((trail) => ({ ...trail, ...change }));
    expect((await ask(world)).at('trail')).toBe(state);
  });

  it.each([
    ['a recorder that is stopped', { isRecording: false }],
    ['a recorder of an AWS service', { isServiceLinked: true }],
  ])('%s', async (_what, change) => {
    const world = openScenario('flagged-account', NOON);
    for (const { config } of Object.values(world.accounts)) for (const { recorders } of Object.values(config)) for (const recorder of recorders) Object.assign(recorder, change);
    expect((await ask(world)).at('config-recorder')).toBe('in-the-way');
  });
});
