/** The options of a rollout, as decisions of the operator. */
import { parseJson } from '../../domain/canonical-json.ts';
import { parseAccountId } from '../../domain/identifiers.ts';
import { problem } from '../../domain/problem.ts';
import type { RolloutDecisions } from '../../domain/rollout-planner.ts';
import type { Past } from '../../playbooks/plan-rollout.ts';
import type { Ui } from '../../ports/ui.ts';
import type { Context } from '../context-type.ts';
import { parseDays, parseDuration, parseReason, type CommonOptions } from '../options.ts';
import { readDenyRootScp } from '../policy-files.ts';

export type RolloutOptions = CommonOptions & {
  target: string[];
  canary?: string;
  exclude: string[];
  policy?: string;
  name?: string;
  replace?: string;
  memberRole?: string;
  days: string;
  logs: string[];
  observe: string;
  accept: string[];
  centralRoot: boolean;
  rootSessions?: true;
  delegate?: string;
};

/** A policy of the operator's own is saved under its file's name, so that it never meets the shipped one. */
async function readPolicy(context: Context, { policy: path, name }: RolloutOptions): Promise<RolloutDecisions['policy']> {
  if (path === undefined) {
    const shipped = await readDenyRootScp(context);
    return { ...shipped, name: name ?? shipped.name };
  }
  const base = path.split('/').at(-1)?.replace(/\.json$/, '') ?? path;
  const policyText = await context.readFile(path);
  if (parseJson(policyText) === undefined) throw problem('guardrail/malformed-policy', { detail: `${path} is not JSON.` });
  return { name: name ?? `rootzero-${base}`, description: 'Attached by rootzero.', policyText };
}

/** @throws Problem of the input, and of files that cannot be read */
export async function readDecisions(context: Context, options: RolloutOptions): Promise<RolloutDecisions> {
  return {
    policy: await readPolicy(context, options),
    spread: { targets: options.target, canary: options.canary ?? null, exclude: options.exclude },
    replace: options.replace ?? null,
    observeMs: parseDuration(options.observe),
    memberRole: options.memberRole ?? null,
    centralRoot: {
      isWanted: options.centralRoot,
      withSessions: options.rootSessions === true,
      delegate: options.delegate === undefined ? null : parseAccountId(options.delegate),
    },
    accepted: options.accept.map((text) => parseReason('--accept', text)).map(({ name: fingerprint, reason }) => ({ fingerprint, reason })),
  };
}

/** What became of the files is told account by account. @throws Problem `input/usage` */
export async function readPast(context: Context, { days, logs }: RolloutOptions): Promise<Past> {
  const silent: Ui = { emit: () => undefined, ask: null };
  return { days: parseDays(days), logs: await Promise.all(logs.map((directory) => context.openLogFiles(directory, silent))) };
}
