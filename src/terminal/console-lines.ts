/** What somebody at the console is told, click by click, and what was seen of it. Knows no AWS. */
import type { Message } from '../ports/ui.ts';
import { renderTime } from './span.ts';
import type { Style } from './style.ts';

type Clicks = Extract<Message, { code: 'console/clicks' }>;
type Seen = Extract<Message, { code: 'console/seen' }>;

const HEADS: Record<Clicks['task'], string> = {
  deactivate: 'Deactivate in the console',
  delete: 'Delete in the console: this cannot be undone',
  activate: 'Activate again in the console',
};

/** The button, and what its dialog still asks (IAM User Guide, "Delete access keys for the root user"). */
const BUTTONS: Record<Clicks['task'], string> = {
  deactivate: 'Actions → Deactivate, and confirm. Do not delete it yet: until the soak is over it can be brought back.',
  delete: 'Actions → Delete; type its id where the dialog asks for it, and confirm.',
  activate: 'Actions → Activate.',
};

const whichKey = ({ task, keyIds }: Clicks, style: Style): string =>
  keyIds.length === 0
    ? `Access keys: ${task === 'deactivate' ? 'each key that is Active. One that is Inactive already stays so.' : 'each key that is Inactive.'}`
    : `Access keys: the key that ends with ${keyIds.map((keyId) => style.colours.bold(keyId.slice(-4))).join(', then the one with ')}, and no other: the plan knows no other.`;

/** The clicks, numbered, for one who can sign in as root. */
export function renderClicks(message: Clicks, style: Style): string[] {
  const { account, runId, isStaying, signInUrl, task } = message;
  const steps = [
    `Sign in as "Root user" of account ${account}: ${style.text(signInUrl)}`,
    'Account name, upper right → Security credentials.',
    whichKey(message, style),
    BUTTONS[task],
  ];
  return [
    style.colours.bold(HEADS[task]),
    ...steps.flatMap((step, index) => style.wrap(step, `  ${index + 1}  `)),
    ...style.wrap('rootzero watches by events, which show some minutes late.', '  '),
    ...style.copyable(isStaying ? '  Ctrl-C is safe:  ' : '  go on  ', style.command(`rootzero resume ${runId}`)),
  ];
}

const DONE: Record<Seen['task'], string> = { deactivate: 'deactivated', delete: 'deleted', activate: 'active again' };
const SOURCES: Record<Seen['basis'], string> = {
  event: 'as CloudTrail shows',
  summary: 'as the account summary shows',
  report: 'as the credential report shows, which names no key: weaker than an event',
};

/** What the journal keeps of it: done in the console, seen then, by this source. */
export function renderSeen({ task, keyIds, at, basis, by }: Seen, style: Style): string[] {
  const keys = keyIds.length === 0 ? 'every key' : keyIds.map(style.key).join(', ');
  return [
    ...style.wrap(`done in the console, seen ${renderTime(at)}: ${keys} ${DONE[task]}`, `${style.mark(basis === 'report' ? '⚠' : '✔')} `),
    ...style.wrap(style.colours.dim(`${SOURCES[basis]}${by.length === 0 ? '' : `, from ${by.map(style.text).join(', ')}`}`), '    '),
  ];
}
