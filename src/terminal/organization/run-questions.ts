/** How the questions about root keys of an organization are worded: on the way to a plan, and in its run. */
import { removalPhrase } from '../../domain/organization/removal-phrase.ts';
import type { CredentialKind, OrganizationPlan } from '../../domain/organization/organization-plan.ts';
import type { MissingWord } from '../../domain/organization/organization-planner.ts';
import type { Questions } from '../../ports/questions.ts';
import { maskKeyId } from '../../domain/identifiers.ts';
import type { Instant } from '../../domain/instant.ts';
import { renderCount } from '../guard-plan-lines.ts';
import { renderSpan } from '../span.ts';
import type { Style } from '../style.ts';
import { renderCaller } from '../usage-lines.ts';
import { choice, phrase, text, type Wordings } from '../wording.ts';

const NO_UNDO = 'There is no soak and no undo. The only way back is account recovery: the mailbox of the root address, and often the phone of the account.';

/** What the removal of each kind means, said before it. */
const BEFORE: Record<CredentialKind, string> = {
  keys: 'Their soak is over and was read back, as far as CloudTrail shows; denied data events show nowhere. A deleted key cannot be brought back.',
  certificates: `Signing certificates of root: whatever still signs with one stops working. ${NO_UNDO}`,
  password: `Root of these accounts cannot sign in any more. ${NO_UNDO}`,
  mfa: `Only where the password is read to be gone. ${NO_UNDO}`,
};

/** More would push the question off a low screen; all of them are in the details. */
const MOST_NAMED = 6;

const MEMBER_ROLE: Record<Questions['member-role']['about']['purpose'], { known: string; without: string }> = {
  'guardrails': {
    known: 'What would the policy have denied in the last 90 days? A session of AssumeRoot may not read CloudTrail: it takes a role of one name in every member, which may, such as SecurityAudit. The same role sees later whether anybody is denied.',
    without: 'Without one nothing of this is known, and the plan says so.',
  },
  'root-keys': {
    known: 'Who uses these keys? A session of AssumeRoot may not read CloudTrail: it takes a role of one name in every member, which may, such as SecurityAudit. The same role sees later whether anybody is refused. Without one only the last use of each key is known: every key that was ever used is asked about by itself, and nobody watches the soaks.',
    without: 'Keys that were never used need no role. Log files instead of a role: rootzero plan --org --logs DIR.',
  },
};

function missedLines({ account, name, word: { by, text: why } }: MissingWord, now: Instant, style: Style): string[] {
  const lead = style.flow([`${account}  ${style.cut(style.text(name), 30)}`], '  ');
  if (by.kind === 'caller') return [...lead, ...renderCaller(by.caller, by.usage, now, style)];
  return [...lead, ...style.wrap(style.text(why.replaceAll(by.keyId, maskKeyId(by.keyId))), `  ${style.mark('?')} `)];
}

/** What a go-ahead begins, with the first wave by its size and its soak. */
function carryOutLines({ accounts, waves }: OrganizationPlan, style: Style): string[] {
  const quarantined = accounts.filter(({ actions }) => actions.some(({ kind }) => kind === 'quarantine'));
  const [wave] = waves;
  const first = accounts.filter(({ account }) => wave?.accounts.includes(account));
  const soakMs = Math.max(0, ...first.map(({ soak }) => soak.plannedMs));
  const begins = quarantined.length === 0
    ? 'Nothing more is denied by this plan; its soaks begin.'
    : `From here on root of ${renderCount(quarantined.length, 'account')} is denied everything, wave by wave; sessions of AssumeRoot are spared, and tried before and after.`;
  return [
    ...style.wrap(`${begins} Whoever uses one of these keys is refused; nothing is removed before you are asked again, for each wave and kind.`),
    ...style.wrap(`First: ${renderCount(first.length, 'account')}${first.length === 1 ? `, ${style.text(first[0]?.name ?? '')}` : ''}${soakMs === 0 ? ', without a soak' : `, soaking ${renderSpan(soakMs)}`}. The next of ${renderCount(waves.length, 'wave')} begins when it is done.`, '  '),
  ];
}

type OrganizationCode = 'member-role' | 'organization/caller' | 'organization/carry-out' | 'organization/remove';

export const organizationWordings: Pick<Wordings, OrganizationCode> = {
  'member-role': ({ purpose }, style) => text(style.wrap(MEMBER_ROLE[purpose].known), {
    title: 'Role in the members (Enter: none)', isRequired: false, help: [MEMBER_ROLE[purpose].without, 'Nothing is changed before you are asked.'],
  }),
  'organization/caller': ({ missed, number, of }, style, now) => choice(missedLines(missed, now, style), {
    title: `${of === 1 ? '' : `${number} of ${of}: `}${missed.word.by.kind === 'key' ? 'Is this use known, and may it stop?' : 'Who is it, and may it lose root?'}`,
    choices: [
      { value: 'stop', label: 'stop here', hint: 'ask around first; nothing was changed' },
      { value: 'leave-out', label: 'leave this account out', hint: 'its keys stay as they are' },
      { value: 'moved', label: 'known, has moved to a role' },
      { value: 'may-break', label: 'known, and it may break' },
      { value: 'own-words', label: 'in my own words', hint: 'for the record' },
    ],
    default: 'stop',
    help: [
      'Whoever signs with this key is refused as soon as its account is quarantined. Find the owner by the account, the address, the program and the hours; move it to a role.',
      'The answer stands in the plan as the reason. An account that is left out stands there too, with what is missing.',
      'A caller that nobody knows may be a leaked key: rootzero runbook suspected-compromise.',
    ],
    details: () => style.copyable(missed.word.by.kind === 'key' ? 'key  ' : 'fingerprint  ', style.text(missed.word.name)),
  }),
  'organization/carry-out': ({ plan }, style) => choice(carryOutLines(plan, style), {
    title: 'Carry it out now?',
    choices: [{ value: 'no', label: 'no' }, { value: 'yes', label: 'yes' }],
    default: 'no',
    help: ['"no" ends here; nothing was changed. "yes" quarantines the first wave, then waits; Ctrl-C in the wait is safe.', 'rootzero rollback takes the quarantine off every account again.'],
    details: () => style.copyable('digest  ', plan.digest),
  }),
  'organization/remove': ({ wave, waves, kind, count, accounts }, style) => phrase([
    ...style.wrap(style.colours.bold(`Wave ${wave} of ${waves}: ${removalPhrase(kind, count)} in ${accounts.length === 1 ? '1 account' : `${accounts.length} accounts`}. This cannot be undone.`)),
    ...style.wrap(BEFORE[kind], '  '),
    ...style.flow([...accounts.slice(0, MOST_NAMED).map(({ account, name }) => `${account} ${style.text(name)}`), ...(accounts.length > MOST_NAMED ? [`and ${accounts.length - MOST_NAMED} more`] : [])], '  '),
  ], {
    title: `Type "${removalPhrase(kind, count)}" to do it`,
    expected: removalPhrase(kind, count),
    help: ['Enter alone: nothing of it is removed. The accounts stay contained, and rootzero resume asks again.', ...accounts.map(({ account, name }) => `${account} ${name}`)],
  }),
};
