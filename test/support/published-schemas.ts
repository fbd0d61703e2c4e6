/** The published schemas of the formats, as judges: what is wrong with a document, as sentences; none when it is valid. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { validateXML } from 'xmllint-wasm';

const readSchema = (name: string): string => readFileSync(join('test/schemas', name), 'utf8');

type Judge = { (value: unknown): boolean; errors?: { instancePath: string; message?: string }[] | null };
const complaintsOf = (judge: Judge, value: unknown): string[] =>
  judge(value) ? [] : (judge.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);

/** Draft 4. Formats are checked too, `uri` and `date-time` among them. One of its patterns is no Unicode pattern. */
const sarif = addFormats.default(new AjvDraft04.default({ strict: false, allErrors: true, unicodeRegExp: false })).compile(JSON.parse(readSchema('sarif-2.1.0-rtm.5.json')));
const ocsf = new Ajv2020({ strict: false, allErrors: true }).compile(JSON.parse(readSchema('ocsf-1.6.0-compliance-finding.json')));

export const judgeSarif = (text: string): string[] => complaintsOf(sarif, JSON.parse(text));

/** Draft 7: the metadata file of a GitHub action, already parsed. */
const action = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(readSchema('github-action.json')));
export const judgeAction = (value: unknown): string[] => complaintsOf(action, value);

/** One judgement for each event of the array. */
export const judgeOcsf = (text: string): string[] => (JSON.parse(text) as unknown[]).flatMap((event) => complaintsOf(ocsf, event));

export async function judgeJunit(text: string): Promise<string[]> {
  const { errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents: text }], schema: [readSchema('jenkins-junit.xsd')] });
  return errors.map(({ message }) => message);
}
