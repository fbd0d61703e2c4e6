/** What an organization is set up for, as the adapter reads it through the real client. */
import { describe, expect, it } from 'vitest';
import { jsonAnswer, jsonError } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

const parentOf: Record<string, string> = { '222233334444': 'ou-ab12-deepdeep', 'ou-ab12-deepdeep': 'ou-ab12-middlemi', 'ou-ab12-middlemi': 'r-ab12' };

describe('the organization', () => {
  it.each([['ALL', true], ['CONSOLIDATED_BILLING', false]])('with the feature set %s', async (FeatureSet, expected) => {
    expect(await openScriptedCloud(() => jsonAnswer({ Organization: { Id: 'o-exampleorg1', FeatureSet } })).cloud.reader.hasAllFeatures()).toBe(expected);
  });

  it('is not taken to have features that the answer does not name', async () => {
    await expect(openScriptedCloud(() => jsonAnswer({ Organization: {} })).cloud.reader.hasAllFeatures()).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it('trusts services over several pages, an empty one among them', async () => {
    const { cloud } = openScriptedCloud(({ body }) => {
      if (body.includes('third')) return jsonAnswer({ EnabledServicePrincipals: [{ ServicePrincipal: 'iam.amazonaws.com' }] });
      return body.includes('second') ? jsonAnswer({ EnabledServicePrincipals: [], NextToken: 'third' }) : jsonAnswer({ EnabledServicePrincipals: [{ ServicePrincipal: 'config.amazonaws.com' }], NextToken: 'second' });
    });
    expect(await cloud.reader.readTrustedServices()).toEqual(['config.amazonaws.com', 'iam.amazonaws.com']);
  });
});

describe('the way to an account', () => {
  it('leads from the root down', async () => {
    const { cloud, handler } = openScriptedCloud(({ body }) => jsonAnswer({ Parents: [{ Id: parentOf[String(Object.values(JSON.parse(body) as object)[0])] }] }));
    expect(await cloud.reader.readPathTo('222233334444')).toEqual(['r-ab12', 'ou-ab12-middlemi', 'ou-ab12-deepdeep', '222233334444']);
    expect(handler.seen.map(({ operation }) => operation)).toEqual(['ListParents', 'ListParents', 'ListParents']);
  });

  it('that does not end is no answer', async () => {
    await expect(openScriptedCloud(() => jsonAnswer({ Parents: [{ Id: 'ou-ab12-roundrou' }] })).cloud.reader.readPathTo('222233334444')).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
    await expect(openScriptedCloud(() => jsonAnswer({ Parents: [] })).cloud.reader.readPathTo('222233334444')).rejects.toMatchObject({ code: 'aws/unreadable-answer' });
  });

  it('is refused to members', async () => {
    await expect(openScriptedCloud(() => jsonError('AccessDeniedException', 'no')).cloud.reader.readPathTo('222233334444')).rejects.toMatchObject({ code: 'aws/access-denied' });
  });
});
