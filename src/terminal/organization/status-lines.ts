/** A run over an organization in `rootzero status`: its waves, when soaks end, and every account in trouble with its next step. */
import { msBetween, type Instant } from '../../domain/instant.ts';
import type { AccountTrouble, OrganizationStatus, WaveStatus } from '../../ports/organization-messages.ts';
import { renderSpan, renderTime } from '../span.ts';
import type { Style } from '../style.ts';

const counts = ({ open, contained, done, inTrouble, leftOut }: WaveStatus): string => ([[done, 'done'], [contained, 'contained'], [open, 'to do'], [inTrouble, 'in trouble'], [leftOut, 'left out']] as const)
  .filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`).join(', ');

const markOf = ({ accounts, done, leftOut, inTrouble, open }: WaveStatus): '✔' | '✖' | '○' | '…' =>
  (inTrouble > 0 ? '✖' : done + leftOut === accounts ? '✔' : open === accounts ? '○' : '…');

function soakText({ soaksEnd }: WaveStatus, now: Instant): string {
  if (soaksEnd === null) return '';
  const { first, last } = soaksEnd;
  const left = last > now ? `, in ${renderSpan(msBetween(now, last))}` : ', due now';
  return first === last ? `soaks until ${renderTime(last)}${left}` : `soaks end ${renderTime(first)} to ${renderTime(last)}${left}`;
}

const renderWave = (wave: WaveStatus, now: Instant, style: Style): string[] =>
  style.flow([`wave ${wave.wave}, ${style.text(wave.name)}`, counts(wave), soakText(wave, now)], `  ${style.mark(markOf(wave))} `);

export const renderTrouble = ({ account, code, text, next }: AccountTrouble, style: Style): string[] => [
  ...style.wrap(`${account}  ${style.text(text)}  ${style.colours.dim(code)}`, `  ${style.mark('✖')} `),
  ...style.wrap(style.command(style.text(next)), '      next  '),
];

export function renderOrganizationStatus({ waves, troubles, notCovered }: OrganizationStatus, now: Instant, style: Style): string[] {
  return [
    ...waves.flatMap((wave) => renderWave(wave, now, style)),
    ...troubles.flatMap((trouble) => renderTrouble(trouble, style)),
    ...(notCovered === 0 ? [] : style.wrap(`${notCovered} accounts are not covered by the plan; each stands in it with what to do`, '  ')),
  ];
}
