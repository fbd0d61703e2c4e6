/** The identifiers of AWS as branded strings: parsed once at the border, trusted afterwards. Knows nothing of where they came from. */
import { problem } from './problem.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Twelve digits. */
export type AccountId = Branded<'AccountId'>;
/** `AKIA…` (long-term) or `ASIA…` (temporary), upper-case letters and digits. Not a secret. */
export type AccessKeyId = Branded<'AccessKeyId'>;
/** `o-…` */
export type OrganizationId = Branded<'OrganizationId'>;
/** Eight hexadecimal digits in two groups, such as `7f3a-91c2`. */
export type RunId = Branded<'RunId'>;

export const PARTITIONS = ['aws', 'aws-us-gov', 'aws-cn', 'aws-eusc'] as const;
export type Partition = (typeof PARTITIONS)[number];

function isMatching<Name extends string>(pattern: RegExp, text: string): text is Branded<Name> {
  return pattern.test(text);
}

function parseAs<Name extends string>(what: string, pattern: RegExp, text: string): Branded<Name> {
  if (isMatching<Name>(pattern, text)) return text;
  throw problem('input/malformed-identifier', { detail: `${JSON.stringify(text)} is not ${what}.` });
}

/** @throws Problem `input/malformed-identifier` */
export const parseAccountId = (text: string): AccountId => parseAs('an account id of twelve digits', /^\d{12}$/, text);
const KEY_ID = /^[A-Z0-9]{16,128}$/;
export const isAccessKeyId = (text: string | null): text is AccessKeyId => text !== null && isMatching<'AccessKeyId'>(KEY_ID, text);
/** @throws Problem `input/malformed-identifier` */
export const parseAccessKeyId = (text: string): AccessKeyId => parseAs('an access key id', KEY_ID, text);
/** @throws Problem `input/malformed-identifier` */
export const parseOrganizationId = (text: string): OrganizationId =>
  parseAs('an organization id', /^o-[a-z0-9]{10,32}$/, text);
/** @throws Problem `input/malformed-identifier` */
export const parseRunId = (text: string): RunId => parseAs('a run id such as 7f3a-91c2', /^[0-9a-f]{4}-[0-9a-f]{4}$/, text);

export type Arn = { partition: Partition; service: string; region: string; account: string; resource: string };

/** Splits an ARN. @throws Problem `input/malformed-identifier`, also for a partition that rootzero does not know. */
export function parseArn(text: string): Arn {
  const [head, partitionText, service = '', region = '', account = '', ...rest] = text.split(':');
  const partition = PARTITIONS.find((known) => known === partitionText);
  if (head !== 'arn' || partition === undefined || rest.length === 0) {
    throw problem('input/malformed-identifier', { detail: `${JSON.stringify(text)} is not an ARN of a known partition.` });
  }
  return { partition, service, region, account, resource: rest.join(':') };
}

/** The last four characters behind an ellipsis: how a key id is shown on a screen. */
export const maskKeyId = (keyId: AccessKeyId): string => `…${keyId.slice(-4)}`;

/** Temporary credentials carry ids that begin with `ASIA` (aws-facts §5). */
export const isTemporaryKeyId = (keyId: string): boolean => keyId.startsWith('ASIA');
