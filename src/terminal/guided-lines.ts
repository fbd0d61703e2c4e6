/** What only the guided session says: which screen this is and in which world, and the debrief of a drill. */
import type { Message, Screen } from '../ports/ui.ts';
import type { Style } from './style.ts';

const TITLES: Record<Screen, string> = {
  menu: 'rootzero',
  identity: 'Who and where',
  facts: 'What is there',
  usage: 'Looking back',
  caller: 'Who it is',
  plan: 'The plan',
  contain: 'Before anything is switched off',
  delete: 'The point of no return',
  guardrails: 'Guardrails over the organization',
  organization: 'Root keys over the organization',
  debrief: 'What this drill showed',
};

/** A rehearsal is never mistaken for a live run, nor an overridden endpoint for AWS. */
export function renderScreen({ screen, world, endpoint }: Extract<Message, { code: 'screen' }>, style: Style): string[] {
  const { colours, text } = style;
  const where = world === 'live'
    ? (endpoint === null ? colours.bold('LIVE') : colours.bold(colours.yellow(`NOT AWS: ${text(endpoint)}`)))
    : colours.bold(colours.cyan(text(world.replace('rehearsal', 'REHEARSAL'))));
  return ['', ...style.heading(TITLES[screen], where)];
}

export function renderDebrief(message: Extract<Message, { code: 'debrief' }>, style: Style): string[] {
  const { text, mark, wrap } = style;
  return [
    ...wrap(text(message.teaches), '  '),
    ...message.well.flatMap((line) => wrap(text(line), `  ${mark('✔')} `)),
    ...message.risky.flatMap((line) => wrap(text(line), `  ${mark('⚠')} `)),
    ...style.next(message.isOver ? 'rootzero rehearse' : 'rootzero rehearse --continue'),
  ];
}
