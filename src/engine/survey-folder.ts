/** Surveys on disk: one folder for each organization under the state directory, the last few in it, readable by their owner only. Holds key ids, no secrets. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { SEAL_STATES } from '../domain/guard-status.ts';
import { parseAccessKeyId, parseAccountId, parseOrganizationId } from '../domain/identifiers.ts';
import { parseInstant, type Instant } from '../domain/instant.ts';
import type { SurveyRecord } from '../domain/organization/drift.ts';
import { SURVEY_STATES } from '../domain/organization/survey-progress.ts';
import { problem } from '../domain/problem.ts';
import type { SurveyStore } from '../ports/survey-store.ts';
import { asStateProblem, makeFolder, writeAtomically } from './run-files.ts';

const KEPT = 10;
const FILE_NAME = /^\d{4}-\d\d-\d\dT[\d.-]+Z\.json$/;

const instant = z.string().transform((text, context): Instant => {
  const parsed = parseInstant(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'no instant' });
  return z.NEVER;
});
const account = z.string().transform(parseAccountId);
const schema = z.strictObject({
  schema: z.literal(1),
  kind: z.literal('survey'),
  tool: z.string(),
  world: z.string(),
  at: instant,
  organization: z.string().transform(parseOrganizationId),
  members: z.array(account),
  accounts: z.array(z.strictObject({
    account,
    name: z.string(),
    at: instant,
    state: z.enum(SURVEY_STATES),
    keys: z.array(z.strictObject({ keyId: z.string().transform(parseAccessKeyId), status: z.enum(['active', 'inactive']) })).nullable(),
    seal: z.enum(SEAL_STATES).nullable(),
  })),
});

/** @param source is named where the text is no survey @throws Problem `input/survey` */
export function parseSurvey(text: string, source: string): SurveyRecord {
  try {
    return schema.parse(JSON.parse(text));
  } catch (thrown) {
    throw problem('input/survey', { detail: `${source} was not understood.`, cause: thrown });
  }
}

export function openSurveyStore(directory: string): SurveyStore {
  const folderOf = (organization: string): string => join(directory, 'surveys', organization);
  /** Oldest first. */
  const list = async (folder: string): Promise<string[]> => {
    try {
      return (await readdir(folder)).filter((name) => FILE_NAME.test(name)).sort();
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
      throw asStateProblem(thrown, folder);
    }
  };
  return {
    readLast: async (organization) => {
      const folder = folderOf(organization);
      const name = (await list(folder)).at(-1);
      if (name === undefined) return null;
      const path = join(folder, name);
      const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
        throw asStateProblem(thrown, path);
      });
      return parseSurvey(text, path);
    },
    keep: async (record) => {
      const folder = folderOf(record.organization);
      try {
        await makeFolder(folder);
        const path = join(folder, `${record.at.replaceAll(':', '-')}.json`);
        await writeAtomically(path, `${JSON.stringify(record)}\n`);
        for (const name of (await list(folder)).slice(0, -KEPT)) await rm(join(folder, name), { force: true });
        return path;
      } catch (thrown) {
        throw asStateProblem(thrown, folder);
      }
    },
  };
}
