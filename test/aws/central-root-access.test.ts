/** Central root access as IAM tells it: every answer and refusal, through the real client, and against the embedded AWS. */
import { describe, expect, it } from 'vitest';
import { openCloud } from '../../src/aws/aws-cloud.ts';
import type { Organization } from '../../src/simulator/world.ts';
import { queryAnswer, queryError } from '../support/scripted-handler.ts';
import { clientOptions, MANAGER, ADMIN, ACCOUNT, open, organizationWorld, smallWorld } from '../simulator/small-world.ts';
import { IDENTITY, openScriptedCloud } from './scripted-cloud.ts';

const [OFF, ON] = [{ credentialsManagement: false, rootSessions: false }, { credentialsManagement: true, rootSessions: true }];

const features = (...names: string[]): string =>
  `<OrganizationId>o-exampleorg1</OrganizationId><EnabledFeatures>${names.map((name) => `<member>${name}</member>`).join('')}</EnabledFeatures>`;

describe('an answer', () => {
  it.each([
    [features('RootCredentialsManagement', 'RootSessions'), ON],
    [features('RootCredentialsManagement'), { ...ON, rootSessions: false }],
    [features('RootSessions'), { ...OFF, rootSessions: true }],
    [features(), OFF],
    ['<OrganizationId>o-exampleorg1</OrganizationId><EnabledFeatures/>', OFF],
    ['<OrganizationId>o-exampleorg1</OrganizationId>', OFF],
  ])('%s', async (result, expected) => {
    expect(await openScriptedCloud(() => queryAnswer('ListOrganizationsFeatures', result)).cloud.reader.readCentralRootAccess()).toEqual(expected);
  });

  it('without an organization is no answer', async () => {
    await expect(openScriptedCloud(() => queryAnswer('ListOrganizationsFeatures', '')).cloud.reader.readCentralRootAccess()).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
  });
});

describe('a refusal', () => {
  // The modelled errors of IAM answer on the wire with their names, with or without the ending.
  it.each(['ServiceAccessNotEnabledException', 'ServiceAccessNotEnabled', 'OrganizationNotInAllFeaturesModeException'])('%s means that nothing is on', async (code) => {
    expect(await openScriptedCloud(() => queryError(code, 'as it is')).cloud.reader.readCentralRootAccess()).toEqual(OFF);
  });

  it.each([
    ['AccountNotManagementOrDelegatedAdministratorException', 'facts/asked-elsewhere'],
    ['OrganizationNotFoundException', 'aws/not-in-organization'],
    ['AccessDenied', 'aws/access-denied'],
    ['Throttling', 'aws/throttled'],
  ])('%s is %s', async (name, code) => {
    await expect(openScriptedCloud(() => queryError(name, 'as it is')).cloud.reader.readCentralRootAccess()).rejects.toMatchObject({ code });
  });
});

describe('the embedded AWS', () => {
  const ask = (change: Partial<Organization> | null, keyId: string) => {
    const world = change === null ? smallWorld() : organizationWorld();
    if (world.organization !== undefined) Object.assign(world.organization, change);
    const simulator = open(world);
    const { credentials, requestHandler } = clientOptions(simulator, keyId);
    const transport = { kind: 'rehearsal', requestHandler, credentials } as const;
    return openCloud({ ...IDENTITY, region: 'us-east-1' }, { transport, policy: { run: (_lane, _effect, call) => call() }, clock: simulator.clock, runId: null }).reader.readCentralRootAccess();
  };

  it('tells the management account and a delegated administrator for IAM', async () => {
    expect(await ask({}, MANAGER)).toEqual({ credentialsManagement: true, rootSessions: false });
    expect(await ask({ delegatedAdministrators: [{ accountId: ACCOUNT, servicePrincipal: 'iam.amazonaws.com' }] }, ADMIN)).toEqual({ credentialsManagement: true, rootSessions: false });
    expect(await ask({ rootFeatures: [] }, MANAGER)).toEqual(OFF);
  });

  it('refuses as AWS does', async () => {
    expect(await ask({ trustedServices: [] }, MANAGER)).toEqual(OFF);
    expect(await ask({ featureSet: 'CONSOLIDATED_BILLING' }, MANAGER)).toEqual(OFF);
    await expect(ask({}, ADMIN)).rejects.toMatchObject({ code: 'facts/asked-elsewhere' });
    await expect(ask({ delegatedAdministrators: [{ accountId: ACCOUNT, servicePrincipal: 'config.amazonaws.com' }] }, ADMIN)).rejects.toMatchObject({ code: 'facts/asked-elsewhere' });
    await expect(ask(null, ADMIN)).rejects.toMatchObject({ code: 'aws/not-in-organization' });
  });
});
