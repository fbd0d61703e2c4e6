/** Identity and facts as lines of text. */
import type { Control } from '../domain/controls.ts';
import type { Finding } from '../domain/findings.ts';
import { msBetween, type Instant } from '../domain/instant.ts';
import type { Caller } from '../domain/root-user.ts';
import type { Slot, SourceNote, Verdict } from '../domain/verdict.ts';
import type { IdentityNote, Message } from '../ports/ui.ts';
import { renderSpan, renderTime } from './span.ts';
import type { Mark, Style } from './style.ts';

type Identity = Extract<Message, { code: 'identity' }>;
type Facts = Extract<Message, { code: 'facts' }>;

/** `role SecurityAdmin (operator)`, `root access key …7QXA`: who signs, without the parts of the ARN that stand elsewhere. */
function renderPrincipal(caller: Caller, style: Style): string {
  if (caller.kind === 'root-key') return `root access key ${style.key(caller.accessKeyId)}`;
  if (caller.kind === 'root-session') return 'root session';
  const [, role, session] = /:assumed-role\/([^/]+)\/(.+)$/s.exec(caller.arn) ?? [];
  if (role !== undefined && session !== undefined) return `role ${style.text(role)} (${style.text(session)})`;
  const [, user] = /:user\/(.+)$/s.exec(caller.arn) ?? [];
  return user === undefined ? style.text(caller.arn) : `user ${style.text(user)}`;
}

const renderNote = (label: string, note: IdentityNote, style: Style): string[] =>
  style.columns(renderPrincipal(note.caller, style), style.colours.dim(`profile ${style.text(note.name)}`), label);

/** Which endpoints are not AWS itself; whose, where the two differ. */
function renderEndpoints(notes: readonly IdentityNote[], style: Style): string[] {
  const isShared = new Set(notes.map((note) => note.endpoint)).size === 1;
  return notes.slice(0, isShared ? 1 : undefined).flatMap(({ name, endpoint }) =>
    (endpoint === null ? [] : style.wrap(`${style.text(endpoint)}, not AWS itself${isShared ? '' : ` (profile ${style.text(name)})`}`, `Endpoint  ${style.mark('⚠')} `)));
}

export function renderIdentity({ reading, root, organization, place }: Identity, style: Style): string[] {
  const kind = place === null ? 'place unknown' : place.kind === 'standalone' ? 'standalone' : `${place.kind} of ${place.organization}`;
  const notes = [reading, root, organization].filter((note) => note !== null);
  const isRootKey = notes.some((note) => note.caller.kind === 'root-key');
  return [
    ...style.columns(style.colours.bold(reading.caller.account), `${kind} · ${reading.caller.partition}`, 'Account   '),
    ...renderNote('Reading   ', reading, style),
    ...(root === null ? style.wrap('no root session: key ids and status cannot be listed', `Root      ${style.mark('–')} `) : renderNote('Root      ', root, style)),
    ...(isRootKey ? style.wrap('this is a root access key. Once inactive it could neither undo nor delete itself, so rootzero will not deactivate it.', `          ${style.mark('⚠')} `) : []),
    ...(organization === null ? [] : renderNote('Org       ', organization, style)),
    ...renderEndpoints(notes, style),
  ];
}

const SLOT_MARKS: Record<Slot['state'], Mark> = { active: '●', inactive: '◐', absent: '○', unknown: '?' };
const FINDING_MARKS: Record<Finding['state'], Mark> = { 'pass': '✔', 'fail': '✖', 'unknown': '?', 'not-applicable': '–' };

function renderSlot(slot: Slot, number: number, { facts }: Facts, now: Instant, style: Style): string[] {
  const { keyId, state } = slot;
  const key = facts.keys.known ? facts.keys.value.find((listed) => listed.keyId === keyId) : undefined;
  const use = keyId === null ? undefined : facts.lastUses[keyId];
  const name = slot.isPresent && state === 'unknown' ? 'present, status unknown' : state;
  const lead = `  key ${number}   ${style.pad(keyId === null ? '' : style.key(keyId), 6)} ${style.mark(SLOT_MARKS[state])} ${style.pad(name, 9)} `;
  const used = use?.known === true
    ? (use.value === null ? ['never used'] : [`last used ${use.value.at.slice(0, 10)} (${renderSpan(msBetween(use.value.at, now), 1)} ago)`, `${style.text(use.value.service)}, ${style.text(use.value.region)}`])
    : use === undefined ? [] : [`${style.mark('?')} last use unknown`];
  return style.flow([...(key?.createdAt ? [`created ${key.createdAt.slice(0, 10)}`] : []), ...used], lead);
}

/** What was read without a remark stands together, dim; every remark and every refusal has its own line. */
function renderSources(sources: SourceNote[], { colours, flow, mark, text, wrap }: Style): string[] {
  const plain = sources.filter((source) => source.at !== null && source.note === null);
  return [
    'Sources',
    ...(plain.length === 0 ? [] : flow(plain.map(({ source, at }) => colours.dim(`${text(source)} ${at === null ? '' : renderTime(at)}`)), '  ')),
    ...sources.filter((source) => !plain.includes(source)).flatMap(({ source, at, note }) => (at === null
      ? wrap(`${text(source)} not read${note === null ? '' : `: ${text(note)}`}`, `  ${mark('?')} `)
      : wrap(colours.dim(`${text(source)} ${renderTime(at)} · ${text(note ?? '')}`), '  '))),
  ];
}

/** The controls that auditors ask for first: the newest CIS benchmark that is mapped, and Security Hub. */
function renderControls(controls: readonly Control[]): string {
  const cis = controls.filter((control) => control.framework.startsWith('CIS')).at(-1);
  const hub = controls.find((control) => control.framework === 'AWS Security Hub');
  return [cis === undefined ? '' : `CIS AWS ${cis.version ?? ''} ${cis.id}`, hub === undefined ? '' : `Security Hub ${hub.id}`].filter((name) => name !== '').join(' · ');
}

function renderVerdict({ state, slots }: Verdict): { mark: Mark; text: string } {
  const [active, inactive] = [slots.filter((slot) => slot.state === 'active').length, slots.filter((slot) => slot.state === 'inactive').length];
  switch (state) {
    case 'absent': return { mark: '✔', text: 'no root access keys' };
    case 'unknown': return { mark: '?', text: 'could not tell whether there are root access keys' };
    case 'present': return { mark: '✖', text: 'a root access key is present, its status unknown' };
    case 'inactive': return { mark: '✖', text: `${inactive} inactive root access key${inactive === 1 ? '' : 's'}` };
    case 'active': return { mark: '✖', text: `${active} active root access key${active === 1 ? '' : 's'}${inactive === 0 ? '' : `, ${inactive} inactive`}` };
  }
}

/** The slots of keys, the other findings, where it was read and when; the verdict last. */
export function renderFacts(message: Facts, now: Instant, style: Style): string[] {
  const { facts, verdict, findings } = message;
  const { mark, text } = renderVerdict(verdict);
  const [keyFinding, ...others] = [...findings].sort((first, second) => Number(second.id === 'root-access-key') - Number(first.id === 'root-access-key'));
  const alias = facts.alias.known && facts.alias.value !== null ? ` (${style.text(facts.alias.value)})` : '';
  return [
    ...style.wrap(style.colours.bold(`Root user of ${facts.account}${alias}`)),
    ...verdict.slots.flatMap((slot, index) => renderSlot(slot, index + 1, message, now, style)),
    ...others.flatMap((finding) => style.wrap(style.text(finding.summary), `  ${style.mark(FINDING_MARKS[finding.state])} `)),
    ...renderSources(verdict.sources, style),
    ...style.columns(style.colours.bold(text), keyFinding === undefined || verdict.state === 'absent' ? '' : style.colours.dim(renderControls(keyFinding.controls)), `Verdict   ${style.mark(mark)} `),
  ];
}
