/** Options that several commands share, and how their texts become values. */
import { Option, type Command } from 'commander';
import ms, { type StringValue } from 'ms';
import { problem } from '../domain/problem.ts';
import type { IdentityOptions, OutputFormat } from './context-type.ts';

export type CommonOptions = { profile?: string; rootProfile?: string; orgProfile?: string; region?: string; allowEndpoint: string[]; stateDir?: string; format: OutputFormat };

export const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Identities, state folder and format, as on every command that talks to AWS. */
export const withIdentities = (command: Command): Command =>
  command
    .option('--profile <name>', 'profile for reading and guardrails (default: the ordinary credential chain)')
    .option('--root-profile <name>', 'profile with a session of the root user')
    .option('--org-profile <name>', 'profile of the management account, for SCPs, where --profile is in another account')
    .option('--region <region>', 'AWS Region')
    .option('--allow-endpoint <host>', 'accept an overridden endpoint on this host (repeatable)', collect, []);

export const withState = (command: Command): Command =>
  command.option('--state-dir <dir>', 'where runs are kept (default: $XDG_STATE_HOME/rootzero)');

export const withFormat = (command: Command, formats: readonly string[]): Command =>
  command.addOption(new Option('-o, --format <format>', 'how to print').choices(formats).default('table'));

export const withOut = (command: Command): Command =>
  command.option('--out <file>', 'write the result to this file instead of standard output');

const isDuration = (text: string): text is StringValue => /^\d+(\.\d+)?\s*(m|min|h|d|w)$/.test(text);

/** `90m`, `26h`, `3d` in milliseconds. @throws Problem `input/bad-duration` */
export function parseDuration(text: string): number {
  if (!isDuration(text)) throw problem('input/bad-duration', { detail: `${JSON.stringify(text)} is no duration.` });
  return ms(text);
}

/** `NAME=REASON`; both are needed. @throws Problem `input/usage` */
export function parseReason(option: string, text: string): { name: string; reason: string } {
  const [, name, reason] = /^([^=]+)=\s*(\S.*)$/s.exec(text) ?? [];
  if (name === undefined || reason === undefined) throw problem('input/usage', { detail: `${option} takes NAME=REASON, not ${JSON.stringify(text)}.` });
  return { name, reason };
}

/** @throws Problem `input/usage` */
export function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 90) return days;
  throw problem('input/usage', { detail: `--days takes 1 to 90, not ${JSON.stringify(text)}; Event history keeps 90 days.` });
}

export function parseText(option: string, text: string): string {
  if (text.trim() === '') throw problem('input/usage', { detail: `${option} needs a reason.` });
  return text;
}

export const identityOptions = (options: Omit<CommonOptions, 'format'>): IdentityOptions => ({
  allowEndpoint: options.allowEndpoint,
  ...(options.profile === undefined ? {} : { profile: options.profile }),
  ...(options.rootProfile === undefined ? {} : { rootProfile: options.rootProfile }),
  ...(options.orgProfile === undefined ? {} : { orgProfile: options.orgProfile }),
  ...(options.region === undefined ? {} : { region: options.region }),
});
