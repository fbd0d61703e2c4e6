/** Options that select accounts of an organization, shared by the commands that work on one. */
import type { Command } from 'commander';
import { parseTag, type Selection } from '../domain/organization/selection.ts';
import { problem } from '../domain/problem.ts';
import { collect } from './options.ts';

export type SelectionOptions = { org?: boolean; ou: string[]; account: string[]; tag: string[]; exclude: string[] };

/** @param what the command does with the accounts, as a help text */
export const withSelection = (command: Command, what: string): Command =>
  command
    .option('--org', what)
    .option('--ou <id|name>', 'with --org: accounts below this unit (repeatable)', collect, [])
    .option('--account <id>', 'with --org: this account (repeatable)', collect, [])
    .option('--tag <key=value>', 'with --org: accounts with this tag (repeatable)', collect, [])
    .option('--exclude <id>', 'with --org: not this account or unit (repeatable)', collect, []);

/**
 * Null where the command is about one account.
 * @param more other options that make sense for an organization alone, as far as they were given
 * @throws Problem `input/usage` for such an option without `--org`
 */
export function parseSelection({ account, exclude, org = false, ou, tag }: SelectionOptions, more: Readonly<Record<string, string | undefined>> = {}): Selection | null {
  if (org) return { units: ou, accounts: account, tags: tag.map(parseTag), excluded: exclude };
  const lists = Object.entries({ '--ou': ou, '--account': account, '--tag': tag, '--exclude': exclude }).filter(([, given]) => given.length > 0);
  const [alone] = [...lists, ...Object.entries(more).filter(([, given]) => given !== undefined)];
  if (alone !== undefined) throw problem('input/usage', { detail: `${alone[0]} is for organizations: give --org as well.` });
  return null;
}
