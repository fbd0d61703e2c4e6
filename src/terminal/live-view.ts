/** The person's view on a terminal: the same lines as everywhere, and between them what moves. One board at a time; any other message ends it. */
import { instantOf } from '../domain/instant.ts';
import type { Clock } from '../ports/clock.ts';
import type { Message, Screen, Ui } from '../ports/ui.ts';
import { openHumanView, renderMessage } from './human-view.ts';
import { renderCountdown, renderLook } from './live-lines.ts';
import { openRegions } from './region-lines.ts';
import { renderAction } from './plan-lines.ts';
import { accountsText, renderWaveCountdown, renderWaveLook, renderWaveProgress } from './organization/run-lines.ts';
import { openAsk } from './questions.ts';
import type { Streams } from './streams.ts';
import { openStyle, type Style } from './style.ts';
import { renderProgress } from './survey-lines.ts';
import { openBoard } from './task-board.ts';

const COUNTDOWN_TICK_MS = 1_000;

/** What is waited for after a screen has begun. */
const WAITING: Partial<Record<Screen, string>> = {
  menu: 'asking AWS who this is, and looking for root keys',
  identity: 'asking AWS who this is',
  facts: 'reading keys, MFA and the credential report',
  plan: 'reading the guardrails that are there',
};

type Wait = Extract<Message, { code: 'soak/waiting' | 'organization/waiting' }>;

const titleOf = (message: Wait, style: Style): string =>
  (message.code === 'soak/waiting'
    ? `Soaking ${[...message.contained, ...message.watched].map(style.key).join(', ') || 'every key'}`
    : `Wave ${message.wave} of ${message.waves}: ${accountsText(message.accounts)} soaking`);

export function openLiveView(streams: Streams, clock: Clock): Ui {
  const { terminal } = streams;
  const style = openStyle(terminal);
  const human = openHumanView(streams, clock);
  const board = openBoard(terminal, style);
  const now = () => instantOf(clock.now());
  const regions = openRegions(clock, style);
  /** The soak that counts down, with what the last look at AWS said. */
  let soak: { redraw: () => void; look: string[] } | null = null;
  let stopTicking: (() => void) | null = null;
  let isBoardUp = false;

  const lower = (): void => {
    stopTicking?.();
    stopTicking = null;
    if (isBoardUp) board.finish([]);
    isBoardUp = false;
    soak = null;
  };
  const raise = (title: string): void => {
    lower();
    board.start(title);
    isBoardUp = true;
  };
  const countDown = (message: Wait): void => {
    // Nothing is drawn again: the wait is said once, and each look at AWS in a line.
    if (terminal.isPlain) {
      if (soak === null) {
        lower();
        human.emit(message);
      }
      soak = { redraw: () => undefined, look: [] };
      return;
    }
    const look = soak?.look ?? [];
    raise(style.colours.bold(titleOf(message, style)));
    const lines = (): string[] => (message.code === 'soak/waiting' ? renderCountdown(message, waited.look, now(), style) : renderWaveCountdown(message, waited.look, now(), style));
    const waited = { look, redraw: () => board.update(lines()) };
    soak = waited;
    waited.redraw();
    stopTicking = terminal.every(COUNTDOWN_TICK_MS, waited.redraw);
  };
  const lookDuringSoak = (lines: string[]): void => {
    if (soak === null) return;
    soak.look = lines;
    soak.redraw();
  };

  const emit = (message: Message): void => {
    switch (message.code) {
      case 'look-back/started': {
        if (soak !== null) return lookDuringSoak([style.colours.dim('  looking at AWS …')]);
        regions.begin(message);
        return raise(renderMessage(message, now(), style).join(' '));
      }
      case 'look-back/region': {
        if (soak !== null) return lookDuringSoak([style.colours.dim(`  looking at AWS: ${message.done} of ${message.of} Regions`)]);
        regions.finish(message);
        return board.update(regions.render());
      }
      case 'look-back/progress': {
        if (soak !== null) return;
        regions.advance(message);
        return board.update(regions.render());
      }
      case 'survey/reading': case 'survey/started': return raise(renderMessage(message, now(), style).join(' '));
      case 'survey/progress': return terminal.isPlain ? human.emit(message) : board.update(renderProgress(message, style));
      // Told together at the end; the board stays.
      case 'survey/account': return;
      case 'step/started': return raise(renderAction(message.action, style));
      case 'soak/waiting': case 'organization/waiting': {
        if (!message.isStaying) break;
        return countDown(message);
      }
      case 'soak/read-back': {
        if (soak === null || message.isFinal) break;
        const look = renderLook(message, style);
        return terminal.isPlain ? terminal.print(look.map((line) => `${style.line(line)}\n`).join('')) : lookDuringSoak(look);
      }
      case 'organization/progress': {
        if (soak !== null) return lookDuringSoak(renderWaveProgress(message, style));
        if (terminal.isPlain || message.done === message.of) break;
        if (message.done === 0) raise(`${message.wave === 0 ? '' : `Wave ${message.wave}: `}${accountsText(message.of)}`);
        return board.update(renderWaveProgress(message, style));
      }
      case 'organization/read-back': {
        if (soak === null || message.isFinal) break;
        const look = renderWaveLook(message, style);
        return terminal.isPlain ? terminal.print(look.map((line) => `${style.line(line)}\n`).join('')) : lookDuringSoak(look);
      }
      default: break;
    }
    lower();
    human.emit(message);
    const waiting = message.code === 'screen' ? WAITING[message.screen] : undefined;
    if (waiting !== undefined) raise(waiting);
  };
  const ask = openAsk(terminal, style, clock);
  return {
    emit,
    ask: ask === null ? null : (code, about) => {
      lower();
      return ask(code, about);
    },
  };
}
