/** The guardrails of an organization as lines of text: the tree with seals and Config rules, centralized root access, alerts. */
import { everyNode, type GuardNode, type GuardStatus, type OrganizationStatus, type SealState } from '../domain/guard-status.ts';
import type { GuardPart, PartState } from '../domain/guard-part.ts';
import { renderParts, tallyOf } from './change-lines.ts';
import { renderNode } from './guard-plan-lines.ts';
import type { Mark, Style } from './style.ts';

const STATES: Record<SealState, [Mark, string]> = {
  'sealed': ['✔', 'sealed'], 'open': ['⚠', 'open'], 'drifted': ['✖', 'drifted'], 'undecided': ['?', 'undecided'], 'missing': ['✖', 'missing'], 'unknown': ['?', 'unknown'], 'not-applicable': ['–', 'not applicable'],
};
const RULES: Record<PartState, Mark> = { live: '✔', missing: '✖', drifted: '✖', broken: '✖', unknown: '?' };
const MOST_REASONS = 3;
const LOOSE: readonly SealState[] = ['open', 'drifted', 'undecided', 'missing', 'unknown'];

/** Nothing is missing on a unit whose accounts are all sealed from below. */
const isSealedBelow = ({ target, state, accounts }: GuardNode): boolean => target.kind !== 'account' && state === 'missing' && LOOSE.every((loose) => (accounts[loose] ?? 0) === 0);

function stateText(node: GuardNode, style: Style): string {
  if (isSealedBelow(node)) return 'not attached here';
  const [mark, word] = STATES[node.state];
  const by = node.by === null ? '' : node.isInherited ? `, inherited from ${style.text(node.by.at)}` : `, attached here: ${style.text(node.by.name)}`;
  return `${style.mark(mark)} ${word}${by}`;
}

const countText = (counts: Partial<Record<string, number>>): string => Object.entries(counts).map(([state, number]) => `${number} ${state}`).join(', ');

/** `[3 sealed · rule 2 live, 1 missing]` */
function tallyText({ accounts, rules }: GuardNode, style: Style): string {
  const seals = countText(accounts);
  const ruled = countText(rules);
  return seals === '' ? '' : `  ${style.colours.dim(`[${seals}${ruled === '' ? '' : ` · rule ${ruled}`}]`)}`;
}

const hasOneRule = ({ rules }: GuardNode): boolean => Object.keys(rules).length < 2;

/**
 * An account in the state of its unit (`above`) says nothing new. `isOneRule`: all accounts are alike, which is said once below; `isRuleless`: all
 * of the unit lack the rule, which its count says.
 */
type Place = { depth: number; above: SealState | null; isOneRule: boolean; isRuleless: boolean };

function nodeLines(node: GuardNode, { depth, above, isOneRule, isRuleless }: Place, style: Style): string[] {
  const indent = '  '.repeat(depth);
  const { target, rule, blocking } = node;
  const isRuleNews = rule !== null && rule.state !== 'live' && !isOneRule && !(isRuleless && rule.state === 'missing');
  if (target.kind === 'account' && node.state === above && blocking.length === 0 && !isRuleNews) return [];
  return [
    ...style.wrap(`${renderNode(target, style)}  ${stateText(node, style)}${tallyText(node, style)}`, indent),
    ...(isRuleNews ? style.wrap(`rule ${rule.state}: ${style.text(rule.because)}`, `${indent}  ${style.mark(RULES[rule.state])} `) : []),
    ...blocking.flatMap((policy) => style.wrap(`${renderNode(policy, style)} on ${style.text(policy.at)} denies AssumeRoot sessions`, `${indent}  ${style.mark('✖')} `)),
    ...node.children.flatMap((child) => nodeLines(child, { depth: depth + 1, above: node.state, isOneRule, isRuleless: hasOneRule(node) }, style)),
  ];
}

const onOff = (isOn: boolean | null, { mark }: Style): string => (isOn === null ? `${mark('?')} unknown` : isOn ? `${mark('✔')} on` : `${mark('–')} off`);

/** Why the accounts lack the rule, where they are all alike; what differs stands in the tree. */
function commonReasons(tree: GuardNode): string[] {
  if (!hasOneRule(tree)) return [];
  return [...new Set(everyNode(tree).flatMap(({ rule }) => (rule === null || rule.state === 'live' ? [] : [rule.because])))].slice(0, MOST_REASONS);
}

function organizationLines({ organization, scpEnabled, tree, central }: OrganizationStatus, style: Style): string[] {
  return [
    ...style.wrap(style.colours.bold(`Guardrails of organization ${style.text(organization)}`)),
    ...(scpEnabled ? [] : style.wrap('service control policies are not enabled', `  ${style.mark('✖')} `)),
    ...nodeLines(tree, { depth: 1, above: null, isOneRule: hasOneRule(tree), isRuleless: false }, style),
    ...style.flow([`trusted ${onOff(central.isIamTrusted, style)}`, `root credentials ${onOff(central.credentialsManagement, style)}`, `privileged actions ${onOff(central.rootSessions, style)}`], 'Centralized root access   '),
  ];
}

/** Where there is nothing at all, Region by Region tells nothing. */
function alertLines(alerts: readonly GuardPart[], style: Style): string[] {
  const trails = alerts.filter(({ kind }) => kind === 'trail');
  const isNone = alerts.every(({ kind, state }) => kind === 'trail' || state === 'missing');
  return isNone ? [...renderParts(trails, style), ...style.wrap('none of rootzero\'s alerts is there: rootzero guard alerts apply', `  ${style.mark('○')} missing  `)] : renderParts(alerts, style);
}

export function renderGuardStatus({ account, organization, config, alerts, unread }: GuardStatus, style: Style): string[] {
  const { bold } = style.colours;
  const rules = organization === null ? tallyOf(config ?? []) : [countText(organization.tree.rules)];
  return [
    ...(organization === null ? [] : organizationLines(organization, style)),
    ...(organization === null && unread.length === 0 ? style.wrap(`${account} stands alone, and has no service control policies: not applicable`, `${style.mark('–')} `) : []),
    ...(config === null ? [] : [
      ...style.flow([bold('Config rule on root keys'), ...rules]),
      ...renderParts(config, style),
      ...(organization === null ? [] : commonReasons(organization.tree).flatMap((reason) => style.wrap(style.text(reason), '             '))),
    ]),
    ...(alerts === null ? [] : [...style.flow([bold(`Alerts on root in ${account}`), ...tallyOf(alerts)]), ...alertLines(alerts, style)]),
    ...(unread.length === 0 ? [] : [bold('Could not be read'), ...unread.flatMap((text) => style.wrap(style.text(text), `  ${style.mark('?')} `))]),
  ];
}
