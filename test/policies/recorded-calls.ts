/** What each command calls, and as whom, while the job scripts are played. Knows no permission. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { parseAnyPlan } from '../../src/commands/any-plan-file.ts';
import { openScenario } from '../../src/simulator/scenarios.ts';
import { acknowledgeAll, answering, closeOperator, newestRun, openOperator, sha256, type, type Circumstances, type Operator } from '../support/operator.ts';
import type { JobScript } from './job-scripts.ts';

const NOON = Date.parse('2026-11-24T12:00:00Z');

/** Whose permissions a call needs; by the profile that it is signed with, and for other sessions of roles the role in a member account. */
export const IDENTITIES = ['reading', 'root', 'organization', 'member'] as const;
export type Identity = (typeof IDENTITIES)[number];
const BY_PROFILE: Readonly<Record<string, Identity>> = { admin: 'reading', root: 'root', management: 'organization' };

export type RecordedCall = { command: string; identity: Identity; action: string; resource: string; account: string; input: Record<string, unknown> };

const asked = z.object({ notCovered: z.array(z.object({ next: z.string() })) });

/** What a plan over an organization asks for stands in the plan itself. */
async function acknowledgeAsked(operator: Operator, command: readonly string[]): Promise<string[]> {
  await type(operator, [...command.filter((word, index) => word !== '--out' && command[index - 1] !== '--out'), '-o', 'json']);
  return asked.parse(JSON.parse(operator.result)).notCovered.flatMap(({ next }) => [...next.matchAll(/--acknowledge ([0-9A-Za-z]+)=/g)].flatMap(([, name = '']) => ['--acknowledge', `${name}=known`]));
}

async function fillIn(operator: Operator, command: readonly string[]): Promise<string[]> {
  const path = join(operator.directory, 'plan.json');
  const words: string[] = [];
  for (const word of command) {
    if (word === '{plan}') words.push(path);
    else if (word === '{digest}') words.push(parseAnyPlan(await readFile(path, 'utf8'), sha256).digest);
    else if (word === '{run}') words.push((await newestRun(operator))?.runId ?? '');
    else if (word === '{acknowledge-all}') words.push(...(command.includes('--org') ? await acknowledgeAsked(operator, words) : await acknowledgeAll(operator)));
    else words.push(word);
  }
  return words;
}

/** Who goes on with a rollout or takes it back needs what the rollout needs, and so has its policy. */
const BEGINNERS = ['guard-apply', 'guard-remove', 'breakglass'];
const SAME_RUN = ['resume', 'rollback'];
/** A plan over an organization is carried out by the same commands as one for an account, with a policy of their own. */
const OVER_ORGANIZATION = ['apply', ...SAME_RUN];

/** Whoever changes guardrails at a terminal says yes. */
const circumstancesOf = ([first, second]: readonly string[]): Circumstances =>
  (first === 'guard' && (second === 'apply' || second === 'remove') ? { ask: answering({ 'guard/carry-out': 'yes' }) } : {});

/** Plays one script. AssumeRoot sessions are left out: their task policy says what they may do. */
export async function recordCalls({ scenario, commands, trouble }: JobScript): Promise<RecordedCall[]> {
  const world = openScenario(scenario, NOON);
  trouble?.(world);
  const operator = await openOperator(world);
  try {
    for (const command of commands) await type(operator, await fillIn(operator, command), circumstancesOf(command));
    const beginner = operator.calls.find(({ command }) => BEGINNERS.includes(command))?.command;
    const isOverOrganization = operator.calls.some(({ command }) => command === 'plan-org');
    const profiles = Object.entries(operator.world.profiles);
    return operator.calls.filter(({ caller }) => caller.kind !== 'assumed-root').map(({ command, action, resource, caller, input }) => {
      const [profile = ''] = profiles.find(([, { accessKeyId }]) => accessKeyId === caller.accessKeyId) ?? [];
      return { command: isOverOrganization && OVER_ORGANIZATION.includes(command) ? 'apply-org' : beginner !== undefined && SAME_RUN.includes(command) ? beginner : command, identity: BY_PROFILE[profile] ?? 'member', action, resource, account: caller.accountId, input };
    });
  } finally {
    await closeOperator(operator);
  }
}
