/** The person's view: every message as a few plain lines. Results go to standard output, progress to standard error. */
import { instantOf } from '../domain/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Message, Ui } from '../ports/ui.ts';
import { renderDeeds, renderReadBack, renderStatus, renderSummary, renderWaiting } from './run-lines.ts';
import { renderPlan, renderAction } from './plan-lines.ts';
import { renderFacts, renderIdentity, renderUsage } from './facts-lines.ts';
import { renderDebrief, renderScreen } from './guided-lines.ts';
import { sanitize } from './sanitize.ts';
import { renderTime } from './span.ts';
import type { Streams } from './streams.ts';

/** What a command is run for; everything else is progress. */
const RESULTS: ReadonlySet<Message['code']> = new Set(['facts', 'plan', 'run/started', 'soak/waiting', 'summary', 'status', 'deeds']);

export function renderMessage(message: Message, now: ReturnType<typeof instantOf>): string[] {
  switch (message.code) {
    case 'screen': return renderScreen(message);
    case 'debrief': return renderDebrief(message);
    case 'identity': return renderIdentity(message);
    case 'facts': return renderFacts(message, now);
    case 'look-back/started': return [`Who used root?  ${message.days} days, ${message.regions} Regions, 2 requests/s per Region`];
    case 'look-back/region':
      return message.unreadable === null
        ? [`  ✔ ${sanitize(message.region).padEnd(16)} ${message.events} events  (${message.done} of ${message.of})`]
        : [`  ✖ ${sanitize(message.region).padEnd(16)} not covered: ${sanitize(message.unreadable)}  (${message.done} of ${message.of})`];
    case 'look-back/done': return renderUsage(message.usage, now);
    case 'plan': return renderPlan(message.plan, message.path);
    case 'warning': return [`⚠ ${sanitize(message.text)}`];
    case 'note': return [sanitize(message.text)];
    case 'run/started':
      return [`${message.resumed ? 'Going on with run' : 'Run'} ${message.runId} for account ${message.account}`, `  folder  ${sanitize(message.folder)}`];
    case 'step/started': return [`… ${renderAction(message.action)}`];
    case 'step/done': return [`✔ ${renderAction(message.action)}${message.note === null ? '' : ` · ${sanitize(message.note)}`}  ${renderTime(message.at)}`];
    case 'soak/waiting': return renderWaiting(message, now);
    case 'soak/read-back': return renderReadBack(message);
    case 'deeds': return renderDeeds(message);
    case 'verified': return [`✔ No root access keys in ${message.account}, verified live at ${renderTime(message.at)}${message.by === 'witness' ? ' by the witness' : ''}`];
    case 'summary': return renderSummary(message);
    case 'status': return renderStatus(message.runs, now);
    case 'problem': {
      const { problem } = message;
      return [
        `✖ ${sanitize(problem.summary)}`,
        ...(problem.detail === null ? [] : [`  ${sanitize(problem.detail)}`]),
        `  next  ${sanitize(problem.nextStep)}`,
        `  code  ${problem.code} (exit ${problem.exitCode})`,
      ];
    }
  }
}

export const openHumanView = (streams: Streams, clock: Clock): Ui => ({
  ask: null,
  emit: (message) => {
    const text = `${renderMessage(message, instantOf(clock.now())).join('\n')}\n`;
    if (RESULTS.has(message.code)) streams.result(text);
    else streams.progress(text);
  },
});
