/** How each question is worded: what is known, what it means, then the choice, the safe one first. Answers and their types are ports/questions. */
import type { Clock } from '../ports/clock.ts';
import type { Ask, Questions, RootAccess } from '../ports/questions.ts';
import type { GuardPlan } from '../domain/guard-plan.ts';
import { isAttended, type Plan } from '../domain/plan.ts';
import { instantOf, msBetween } from '../domain/instant.ts';
import { entryLabel, renderUnavailable } from './menu-lines.ts';
import { renderReplayedCaller } from './guard-plan-lines.ts';
import { renderCaller } from './usage-lines.ts';
import type { ChoiceQuestion } from './question.ts';
import { organizationWordings } from './organization/run-questions.ts';
import { renderSpan, renderTime } from './span.ts';
import type { Style } from './style.ts';
import type { Terminal } from './terminal.ts';
import { choice, phrase, text, type Wordings } from './wording.ts';

type Choice<Value> = ChoiceQuestion<Value>['choices'][number];

const LOGIN_HELP = [
  'aws login (AWS CLI 2.32.0 or newer) signs in through a browser and makes a session of root that lasts 12 hours at most. It does not hang on any access key, so it can deactivate, undo and delete.',
  'On a machine without a browser: aws login --remote. In AWS CloudShell, signed in as root, rootzero needs no profile at all.',
];

const BEGIN: Record<RootAccess, { lines: (style: Style) => string[]; choices: Choice<Questions['begin']['answer']>[] }> = {
  'session': {
    lines: (style) => style.wrap('This session of root hangs on no access key: it can deactivate, undo and delete.', `  ${style.mark('✔')} `),
    choices: [{ value: 'look', label: 'look only', hint: 'changes nothing' }, { value: 'retire', label: 'look, then retire' }, { value: 'leave', label: 'leave' }],
  },
  'signing-key': {
    lines: () => [],
    choices: [
      { value: 'look', label: 'look only', hint: 'changes nothing' },
      { value: 'sign-in', label: 'sign in as root with aws login first', hint: 'the way with an undo' },
      { value: 'console', label: 'do it in the console, step by step', hint: 'rootzero watches' },
      { value: 'direct', label: 'delete it directly, after its waiting time', hint: 'no undo' },
      { value: 'leave', label: 'leave' },
    ],
  },
  'none': {
    lines: (style) => style.wrap('No session of root: it can be told that there are keys, not which; and nothing can be changed from here.', `  ${style.mark('⚠')} `),
    choices: [
      { value: 'look', label: 'look only', hint: 'changes nothing' },
      { value: 'sign-in', label: 'sign in as root with aws login first' },
      { value: 'console', label: 'do it in the console, step by step', hint: 'rootzero watches' },
      { value: 'leave', label: 'leave' },
    ],
  },
};

const isContaining = (plan: Plan): boolean => plan.actions.some((action) => action.effect === 'reversible' && (action.kind.startsWith('contain') || action.kind === 'attend-console'));

function beforeContaining(plan: Plan): string {
  if (isAttended(plan)) return 'From here on you are told what to click in the console, and rootzero watches by the reading role. Whoever uses the key is refused once it is off.';
  if (isContaining(plan)) return 'From here on whoever uses the key is refused. One command brings it back, rootzero rollback, as long as the key exists.';
  return 'Nothing is switched off in this plan: the key is watched while it waits.';
}

const BEFORE_GUARD: Record<GuardPlan['purpose'], string> = {
  'roll-out': 'From here on root is denied wherever the policy is attached, wave by wave. A root session of AssumeRoot is tried before and after each attachment.',
  'remove': 'From here on root of these accounts is bound by this policy no more.',
  'break-glass': 'From here on root of this one account may do everything until the time is up; everybody else stays sealed.',
  'drill': 'From here on root of this one account may do everything for some minutes; everybody else stays sealed. It is sealed again at once, and proved.',
};

const WORDINGS: Wordings = {
  'menu': ({ entries }, style, now) => {
    const open = entries.filter(({ unavailable }) => unavailable === null);
    return choice(renderUnavailable(entries, now, style), {
      title: 'What now?',
      choices: open.map(({ id, task }) => ({ value: id, label: entryLabel(task, now) })),
      default: open[0]?.id ?? 'leave',
      help: ['Nothing is changed before you are asked for it. Every run can be resumed after Ctrl-C, a closed terminal or a reboot.'],
    });
  },
  'begin': ({ access, signingKey, hasConsole }, style) => choice(BEGIN[access].lines(style), {
    title: access === 'session' ? 'Begin?' : signingKey === null ? 'How?' : `Root signs with ${style.key(signingKey)}, the very key that is to go. How?`,
    choices: BEGIN[access].choices.filter(({ value }) => hasConsole || (value !== 'sign-in' && value !== 'console')),
    default: 'look',
    help: [
      'Looking reads IAM and CloudTrail and changes nothing. Retiring goes on from there: a plan, deactivation, a wait, deletion; each asks before it acts.',
      ...(hasConsole ? LOGIN_HELP : ['In AWS GovCloud (US) root has no console: its last key deletes itself, as AWS has it.']),
    ],
  }),
  'signed-in': ({ command }, style) => choice([...style.wrap('In another terminal, signing in as the root user:'), ...style.copyable('  ', command)], {
    title: 'Signed in?',
    choices: [{ value: 'again', label: 'look again', hint: 'with that session' }, { value: 'leave', label: 'leave' }],
    default: 'again',
    help: LOGIN_HELP,
  }),
  'caller': ({ caller, usage, number, of }, style, now) => choice(renderCaller(caller, usage, now, style), {
    title: of === 1 ? 'Who is it, and may it lose root?' : `Caller ${number} of ${of}: who is it, and may it lose root?`,
    choices: [
      { value: 'stop', label: 'stop here', hint: 'ask around first; nothing was changed' },
      { value: 'moved', label: 'known, has moved to a role' },
      { value: 'may-break', label: 'known, and it may break' },
      { value: 'own-words', label: 'in my own words', hint: 'for the record' },
      { value: 'unknown', label: 'unknown, go on', hint: 'on record' },
      { value: 'compromise', label: 'this looks hostile', hint: 'switch off first, look after' },
    ],
    default: 'stop',
    help: [
      'Whoever signs with this key stops working when it is switched off. Find the owner by the address, the program and the hours; ask; move it to a role.',
      'The answer stands in the plan as the reason, and in the evidence for whoever asks in a year.',
      'Calls that only read or write objects (S3, Lambda: data events) do not show here.',
    ],
    details: () => [
      `fingerprint  ${style.text(caller.fingerprint)}`,
      `first seen   ${renderTime(caller.firstSeenAt)}`,
      `last seen    ${renderTime(caller.lastSeenAt)}`,
      ...caller.calls.flatMap(({ call, count }) => style.wrap(`${style.text(call)} ${count} ×`, '  ')),
    ],
  }),
  'reason': ({ whose }, style) => text([], {
    title: whose.kind === 'missed' ? `What should the record say of this use in ${whose.missed.account}?` : whose.kind === 'caller' ? 'What should the record say of this caller?' : `Why is ${style.key(whose.keyId)} deleted directly, without an undo?`,
    isRequired: true,
    help: ['One sentence. It stands in the plan, and is part of its digest.'],
  }),
  'scp-target': ({ organization }, style) => text(
    style.wrap(`This account manages ${style.text(organization)}: after the keys, the deny-root SCP can go onto a sandbox OU or one account. AssumeRoot sessions stay exempt, and rollback takes it off again.`),
    {
      title: 'OU or account id (Enter: none)',
      isRequired: false,
      help: ['Begin with an OU in which nothing hurts.', 'SCPs do not act on the management account itself.'],
    },
  ),
  'sign-in-possible': ({ mfa }, style) => choice([
    ...style.wrap('If this session ends in the wait, only somebody who can sign in as root can undo or finish the job.'),
    ...(mfa === 'none' ? style.wrap('Root has no MFA device: whoever has the password or the mailbox is root.', `  ${style.mark('⚠')} `) : []),
  ], {
    title: 'Can somebody sign in as root: password, mailbox, MFA device?',
    choices: [
      { value: 'find-out', label: 'I must find out first', hint: 'stop here; nothing was changed' },
      { value: 'yes', label: 'yes, all of it is at hand' },
      { value: 'go-on', label: 'not sure, go on', hint: 'on record' },
    ],
    default: 'find-out',
    help: [
      'The password can be reset through the mailbox of the root address. A lost MFA device needs that mailbox and the phone of the account, or AWS Support.',
      'Try it now, in a private window: the sign-in page of the AWS console, "Root user".',
    ],
  }),
  'contain': ({ plan }, style) => choice(
    style.wrap(`${beforeContaining(plan)} Nothing is deleted before you are asked again.`),
    {
      title: isContaining(plan) ? 'Deactivate now?' : 'Begin now?',
      choices: [{ value: 'no', label: 'no' }, { value: 'yes', label: 'yes' }],
      default: 'no',
      help: ['"no" ends here; nothing was changed. "yes" deactivates, then waits; Ctrl-C in the wait is safe.', 'Tell the owners of the callers before, and how to reach you.'],
      details: () => [...style.copyable('digest  ', plan.digest), ...plan.acknowledgements.flatMap(({ fingerprint, reason }) => style.wrap(`${style.text(fingerprint)}: ${style.text(reason)}`, '  '))],
    },
  ),
  'delete': ({ account, keyId, containedSince, isDirect }, style, now) => phrase([
    ...style.wrap(style.colours.bold(`Delete root access key ${style.key(keyId)} of ${account}. This cannot be undone.`)),
    ...style.wrap(containedSince === null || isDirect ? 'It was never off: it signs this session.' : `Inactive for ${renderSpan(msBetween(containedSince, now))}, read back; still the planned key.`, '  '),
  ], {
    title: 'Type the last four characters of the key id to delete it',
    expected: keyId.slice(-4),
    help: ['Enter alone: do not delete. The key stays as it is, and rootzero resume asks again.'],
  }),
  'sign-in-again': (_about, style) => choice(style.wrap('The run waits, and what is contained stays so. Mend it in another terminal, then go on here.'), {
    title: 'Mended?',
    choices: [{ value: 'again', label: 'go on' }, { value: 'leave', label: 'stop here', hint: 'rootzero resume goes on later' }],
    default: 'again',
    help: LOGIN_HELP,
  }),
  'guard/caller': ({ caller, number, of }, style) => choice(renderReplayedCaller(caller, style), {
    title: of === 1 ? 'This caller would be denied. Is it known, and may it be?' : `Caller ${number} of ${of} would be denied. Is it known, and may it be?`,
    choices: [{ value: 'stop', label: 'stop here', hint: 'give it a role first; nothing was changed' }, { value: 'may-be-denied', label: 'known, and it may be denied', hint: 'on record' }],
    default: 'stop',
    help: ['Whoever signs with this root key is denied as soon as the policy reaches its account. Find the owner by the address, the program and the calls; move it to a role.'],
  }),
  'guard/carry-out': ({ plan }, style) => choice(style.wrap(BEFORE_GUARD[plan.purpose]), {
    title: plan.purpose === 'roll-out' || plan.purpose === 'remove' ? 'Carry it out now?' : 'Lift the seal now?',
    choices: [{ value: 'no', label: 'no' }, { value: 'yes', label: 'yes' }],
    default: 'no',
    help: ['"no" ends here; nothing was changed. Every change that "yes" makes has its way back: rootzero rollback.'],
    details: () => style.copyable('digest  ', plan.digest),
  }),
  'guard/denied': ({ callers }, style) => choice(style.wrap('The policy does its work, and stays attached. What is asked is whether somebody lost what they need.'), {
    title: callers.length === 1 ? 'Is this caller known, and may it be denied?' : `Are these ${callers.length} callers known, and may they be denied?`,
    choices: [
      { value: 'stop', label: 'stop here', hint: 'the policies stay; find the owner, then rootzero resume' },
      { value: 'go-on', label: 'known, go on', hint: 'on record; nobody is asked about them again in this run' },
    ],
    default: 'stop',
    help: ['A job that used root must get a role of its own. A call that nobody knows may be a leaked key: rootzero runbook suspected-compromise.', 'rootzero rollback takes every attachment of this run off again.'],
  }),
  ...organizationWordings,
  'drill': ({ drills }, style) => choice(style.wrap('Each drill is an AWS of its own on this machine; nothing reaches a real one, and waits pass in seconds.'), {
    title: 'Which drill?',
    choices: [...drills.map(({ name, teaches }) => ({ value: name, label: name, hint: teaches })), { value: '', label: 'leave' }],
    default: drills[0]?.name ?? '',
    help: drills.map(({ name, summary }) => `${name}: ${summary}`),
  }),
};

/** Asks on a terminal; null where nobody is there. */
export const openAsk = (terminal: Terminal, style: Style, clock: Clock): Ask | null =>
  terminal.isInteractive
    ? async (code, about) => {
      const { lines, put } = WORDINGS[code](about, style, instantOf(clock.now()));
      if (lines.length > 0) terminal.print(`${lines.map((line) => style.line(line)).join('\n')}\n`);
      return put(terminal, style);
    }
    : null;
