/** The documents of a survey: valid by the published schemas, every account in each, and inert whatever accounts and units are called. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import type { Nodes } from 'mdast';
import { gfm } from 'micromark-extension-gfm';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { renderOrganizationDocument } from '../../src/commands/check-documents.ts';
import { parseAccountId, parseOrganizationId, type AccountId } from '../../src/domain/identifiers.ts';
import { known } from '../../src/domain/observed.ts';
import { judgeAccount, openTally, type JudgedAccount } from '../../src/domain/organization/judgement.ts';
import { assessPosture, factsBesidesKeys, type CommonFacts, type SurveyedAccount } from '../../src/domain/organization/survey.ts';
import { printableText } from '../../src/domain/printable-text.ts';
import { assembleOrganizationReport, type OrganizationReport } from '../../src/report/organization-report.ts';
import { listed, rootKey, seen, summarized } from '../domain/root-user-examples.ts';
import { at } from '../domain/root-event-examples.ts';
import { judgeJunit, judgeOcsf, judgeSarif } from '../support/published-schemas.ts';
import { OBEYED } from '../terminal/hostile-text.ts';
import { HOSTILE_TEXTS, waiver } from './report-examples.ts';

const AT = at('2026-11-24T12:00:00Z');
const ACCOUNTS = ['222233334444', '333344445555', '444455556666', '555566667777'].map(parseAccountId);
const COMMON: CommonFacts = {
  organization: { organization: parseOrganizationId('o-exampleorg1'), managementAccount: parseAccountId('111122223333'), partition: 'aws' }, at: AT,
  centralAccess: known({ credentialsManagement: true, rootSessions: false }, AT, 'iam:ListOrganizationsFeatures'),
};

function surveyed(account: AccountId, index: number, text: string): SurveyedAccount {
  const row = { account, name: text, path: { ids: ['r-ex4m', 'ou-ex4m-unit0001'], names: ['Root', text] }, state: 'active' as const, isManagement: false, at: AT };
  if (index === 3) return { ...row, by: 'nobody', posture: { kind: 'unknown', because: 'member/session-denied', detail: text, remedy: text } };
  const keys = index === 0 ? listed() : index === 1 ? listed(rootKey(1, 'active')) : listed(rootKey(1, 'inactive'), rootKey(2, 'inactive'));
  const facts = { ...factsBesidesKeys(COMMON, account), keys, lastUses: {}, summary: summarized({ keysPresent: index > 0, mfaEnabled: false }), mfa: seen('none' as const, 'iam:ListMFADevices') };
  return { ...row, by: 'root-session', posture: assessPosture(facts) };
}

/** Clean, an active key, two inactive ones that are waived, and one that nobody could read; `text` wherever somebody else may write something. */
function reportOf(text: string): OrganizationReport {
  const waivers = [waiver({ account: parseAccountId('444455556666'), finding: 'root-access-key', owner: text, reason: text })];
  const accounts: JudgedAccount[] = ACCOUNTS.map((account, index) => judgeAccount(COMMON, surveyed(account, index, text), waivers, 'any'));
  const tally = openTally('any');
  for (const account of accounts) tally.add(account);
  return assembleOrganizationReport({
    ...COMMON.organization, tool: 'rootzero/0.1.0', world: `rehearsal ${text}`, at: AT, isComplete: true, reading: { arn: `arn:aws:sts::111122223333:assumed-role/${text}/x`, kind: 'role' },
    waiversFile: text, outcome: tally.total(), accounts: accounts.toReversed(),
    drift: { since: AT, compared: 4, exitCode: 1, changes: [{ kind: 'key-appeared', account: parseAccountId('333344445555'), name: text, keyId: null, status: null }] },
  });
}
const nodesOf = (text: string): Nodes[] => {
  const every = (node: Nodes): Nodes[] => [node, ...('children' in node ? node.children.flatMap(every) : [])];
  return every(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
};
const OWN = new Set<Nodes['type']>(['root', 'heading', 'paragraph', 'strong', 'text', 'inlineCode', 'list', 'listItem', 'table', 'tableRow', 'tableCell']);

describe('the documents of a survey', () => {
  it('hold every account, in the order of the tree', async () => {
    for (const format of ['json', 'junit', 'ocsf'] as const) {
      const text = await renderOrganizationDocument(format, reportOf('team'));
      const places = ACCOUNTS.map((account) => text.lastIndexOf(account));
      expect(places.every((place) => place > 0), format).toBe(true);
      expect(places).toEqual(places.toSorted((first, second) => first - second));
    }
  });

  it('SARIF: one run, a result for what fails or could not be told, a notification for each account that was not read', async () => {
    const log = JSON.parse(await renderOrganizationDocument('sarif', reportOf('team'))) as Log;
    const [run] = log.runs;
    expect(log.runs).toHaveLength(1);
    expect(run?.automationDetails?.id).toBe('rootzero-check/o-exampleorg1/');
    const fingerprints = run?.results?.map(({ partialFingerprints }) => partialFingerprints?.['rootzeroFinding/v1']) ?? [];
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
    const ofKeys = run?.results?.filter(({ ruleId }) => ruleId === 'root-access-key').map(({ message, suppressions }) => [message.text?.slice(8, 20), suppressions?.length ?? 0]);
    expect(ofKeys).toEqual([['333344445555', 0], ['444455556666', 1], ['555566667777', 0]]);
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.map(({ message }) => message.text)).toEqual([expect.stringContaining('555566667777')]);
    expect(run?.tool.driver.rules?.find(({ id }) => id === 'root-access-key')?.defaultConfiguration?.level).toBe('error');
  });

  it('JUnit: failures and errors over all suites are those of the accounts', async () => {
    const text = await renderOrganizationDocument('junit', reportOf('team'));
    expect(/<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(text)?.slice(1).map(Number)).toEqual([20, 1, 1]);
  });

  it('Markdown: a summary first, then keys and what was not read', async () => {
    const text = await renderOrganizationDocument('markdown', reportOf('team'));
    expect(text).toMatch(/^## Root users of organization o-exampleorg1\n\n\| Accounts \| Root access keys/);
    expect(text).toMatch(/\| 333344445555 `team` in `Root\/team` +\| ✖ active root access key +\| `…\w{4} active` /);
    expect(text).toMatch(/\*\*1 account: A root session was opened, and is denied in the account\.\*\*/);
    expect(text).toContain('a key appeared');
    const codes = nodesOf(text).flatMap((node) => (node.type === 'inlineCode' && node.value.includes('inactive') ? [node.value] : []));
    expect(codes).toEqual([expect.stringMatching(/^…\w{4} inactive$/), expect.stringMatching(/^…\w{4} inactive$/)]);
  });

  it.each(HOSTILE_TEXTS)('are valid and inert with %j as the name of accounts and units', async (text) => {
    const report = reportOf(text);
    const [sarif, junit, ocsf, json, markdown] = await Promise.all((['sarif', 'junit', 'ocsf', 'json', 'markdown'] as const).map((format) => renderOrganizationDocument(format, report)));
    expect([judgeSarif(sarif ?? ''), await judgeJunit(junit ?? ''), judgeOcsf(ocsf ?? '')]).toEqual([[], [], []]);
    for (const document of [sarif, junit, ocsf, json, markdown]) for (const line of (document ?? '').split('\n')) expect(line).not.toMatch(OBEYED);
    const nodes = nodesOf(markdown ?? '');
    expect(nodes.filter(({ type }) => !OWN.has(type))).toEqual([]);
    const shown = printableText(text).trim();
    for (const node of nodes) if (node.type === 'text') expect(node.value).not.toContain(shown);
  });
});
