/** Carries out `rootzero usage`: who uses root, from where, how often, how sure that is, and which way out. */
import { parseAccountId, type AccountId } from '../domain/identifiers.ts';
import { printableJson } from '../domain/printable-json.ts';
import { problem, type ExitCode } from '../domain/problem.ts';
import { observeAccounts, observeUsage, type AccountUsage, type UsageRequest } from '../playbooks/observe-usage.ts';
import type { Session } from '../playbooks/session.ts';
import type { Context } from './context-type.ts';
import { parseDays, type CommonOptions } from './options.ts';
import { noteOf } from './problem-message.ts';
import { openSession } from './session.ts';

export type UsageOptions = CommonOptions & { days: string; logs: string[]; accounts?: string; role?: string; suspectedCompromise?: true; out?: string };

/** Account ids as a list (`111122223333,444455556666`), or a file with one on each line; `#` begins a comment. @throws Problem `input/…` */
async function readAccounts(context: Context, text: string): Promise<AccountId[]> {
  const isList = /^\d{12}(,\d{12})*$/.test(text);
  const lines = isList ? text.split(',') : (await context.readFile(text)).split('\n').map((line) => line.replace(/#.*/, '').trim());
  const accounts = [...new Set(lines.filter((line) => line !== '').map(parseAccountId))];
  if (accounts.length === 0) throw problem('input/usage', { detail: `--accounts: there is no account in ${text}.` });
  return accounts;
}

/** IAM API reference, Role: names of up to 64 characters, with a path before them. */
function parseRoleName(text: string | undefined): string {
  if (text === undefined) throw problem('input/usage', { detail: '--accounts needs --role NAME, the role that this identity may assume in each of them.' });
  if (/^[\w+=,.@/-]{1,576}$/.test(text)) return text;
  throw problem('input/usage', { detail: `--role: ${JSON.stringify(text)} is not the name of a role.` });
}

async function* observeAll(session: Session, accounts: AccountId[] | null, roleName: string, request: UsageRequest): AsyncGenerator<AccountUsage> {
  if (accounts !== null) return yield* observeAccounts(session, accounts, roleName, request);
  const report = await observeUsage(session, request);
  yield { account: report.account, report, problem: null };
}

/** 2 where anything that was asked for could not be read: what is missing is then not "no use". */
const exitCodeOf = ({ report, problem: because }: AccountUsage): ExitCode => (because === null && report.gaps.length === 0 ? 0 : 2);

export async function usage(context: Context, options: UsageOptions): Promise<ExitCode> {
  const days = parseDays(options.days);
  const accounts = options.accounts === undefined ? null : await readAccounts(context, options.accounts);
  if (accounts === null && options.role !== undefined) throw problem('input/usage', { detail: '--role is for --accounts.' });
  const roleName = accounts === null ? '' : parseRoleName(options.role);
  const ui = context.openUi(options.format);
  const session = await openSession(context, options, ui);
  const more = await Promise.all(options.logs.map((directory) => context.openLogFiles(directory, ui)));
  const isDocument = options.format === 'json' || options.out !== undefined;
  const documents: object[] = [];
  const counts = { whole: 0, partly: 0, failed: 0 };
  for await (const result of observeAll(session, accounts, roleName, { days, isSuspectedCompromise: options.suspectedCompromise === true, more })) {
    counts[result.problem !== null ? 'failed' : exitCodeOf(result) === 0 ? 'whole' : 'partly'] += 1;
    // Kept only for a document of all of them: accounts may be many.
    if (isDocument) documents.push({ account: result.account, exitCode: exitCodeOf(result), problem: result.problem === null ? null : noteOf(result.problem), usage: result.report });
    if (options.format !== 'json') ui.emit(result.problem === null ? { code: 'usage', report: result.report } : { code: 'usage/failed', account: result.account, problem: noteOf(result.problem) });
  }
  const exitCode: ExitCode = counts.partly + counts.failed === 0 ? 0 : 2;
  if (accounts !== null) ui.emit({ code: 'usage/accounts', ...counts });
  if (!isDocument) return exitCode;
  const text = printableJson({ schema: 1, tool: context.system.tool, world: context.world, exitCode, accounts: documents }, true);
  if (options.out !== undefined) await context.writeFile(options.out, text);
  if (options.format === 'json') context.result(text);
  return exitCode;
}
