/** Root sessions of members as the adapter opens them: nothing is removed while this machine's clock and that of AWS differ. */
import { expect, it } from 'vitest';
import { parseAccountId } from '../../src/domain/identifiers.ts';
import type { RootTask } from '../../src/ports/cloud.ts';
import { queryAnswer } from '../support/scripted-handler.ts';
import { openScriptedCloud } from './scripted-cloud.ts';

const MEMBER = parseAccountId('222233334444');
const NOW = Date.parse('2026-11-24T00:00:00Z');
const MINUTE = 60_000;

/** @param aheadMs how far this machine is ahead of AWS */
function readKeys(task: RootTask, aheadMs: number): Promise<unknown> {
  const expiration = new Date(NOW - aheadMs + 15 * MINUTE).toISOString();
  const { cloud } = openScriptedCloud(({ operation }) => {
    if (operation === 'AssumeRoot') return queryAnswer('AssumeRoot', `<Credentials><AccessKeyId>ASIAEXAMPLESESSION01</AccessKeyId><SecretAccessKey>no</SecretAccessKey><SessionToken>no</SessionToken><Expiration>${expiration}</Expiration></Credentials>`);
    if (operation === 'GetCallerIdentity') return queryAnswer('GetCallerIdentity', `<UserId>${MEMBER}</UserId><Account>${MEMBER}</Account><Arn>arn:aws:iam::${MEMBER}:root</Arn>`);
    return queryAnswer('ListAccessKeys', '<AccessKeyMetadata/><IsTruncated>false</IsTruncated>');
  });
  return cloud.inRootSession(MEMBER, task).reader.readRootKeys();
}

it.each([['a day ahead', 24 * 60 * MINUTE], ['a day behind', -24 * 60 * MINUTE], ['six minutes ahead', 6 * MINUTE]])('a clock that is %s opens no session that removes', async (_, aheadMs) => {
  await expect(readKeys('delete-credentials', aheadMs)).rejects.toMatchObject({ code: 'credentials/clock-wrong' });
});

it('one that differs a little does, and reading needs no clock', async () => {
  expect(await readKeys('delete-credentials', 2 * MINUTE)).toEqual([]);
  expect(await readKeys('delete-credentials', -2 * MINUTE)).toEqual([]);
  expect(await readKeys('audit-credentials', 24 * 60 * MINUTE)).toEqual([]);
});
