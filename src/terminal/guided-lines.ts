/** What only the guided session says: which screen this is, and the debrief of a drill. */
import type { Message, Screen } from '../ports/ui.ts';
import { sanitize } from './sanitize.ts';

const TITLES: Record<Screen, string> = {
  menu: 'rootzero',
  identity: 'Who and where',
  facts: 'What is there',
  usage: 'Looking back',
  caller: 'Who it is',
  plan: 'The plan',
  contain: 'Before anything is switched off',
  delete: 'The point of no return',
  drills: 'Drills',
  debrief: 'What this drill showed',
};

export const renderScreen = ({ screen }: Extract<Message, { code: 'screen' }>): string[] => ['', TITLES[screen]];

export function renderDebrief(message: Extract<Message, { code: 'debrief' }>): string[] {
  return [
    `${sanitize(message.drill)}: ${sanitize(message.teaches)}`,
    ...message.well.map((text) => `  ✔ ${sanitize(text)}`),
    ...message.risky.map((text) => `  ⚠ ${sanitize(text)}`),
    ...(message.isOver ? [] : ['  … not finished: rootzero rehearse --continue']),
  ];
}
