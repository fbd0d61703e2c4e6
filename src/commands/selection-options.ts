/** Options that select accounts of an organization, as on every command with `--org`. */
import type { Command } from 'commander';
import { parseTag, type Selection } from '../domain/organization/selection.ts';
import { problem } from '../domain/problem.ts';
import { collect } from './options.ts';

export type SelectionOptions = { ou: string[]; account: string[]; tag: string[]; exclude: string[] };

export const withSelection = (command: Command): Command =>
  command
    .option('--ou <id|name>', 'only accounts below this unit (repeatable)', collect, [])
    .option('--account <id>', 'only this account (repeatable)', collect, [])
    .option('--tag <key=value>', 'only accounts with this tag (repeatable: all of them)', collect, [])
    .option('--exclude <id|name>', 'leave out this account or unit (repeatable)', collect, []);

/** @throws Problem `input/usage` */
export function parseSelection({ ou, account, tag, exclude }: SelectionOptions, isOrganization: boolean): Selection {
  if (!isOrganization && [ou, account, tag, exclude].some((part) => part.length > 0)) throw problem('input/usage', { detail: '--ou, --account, --tag and --exclude select among the accounts of an organization: --org.' });
  return { units: ou, accounts: account, tags: tag.map(parseTag), excluded: exclude };
}
