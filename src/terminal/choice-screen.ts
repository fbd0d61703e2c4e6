/** How a question with choices looks: the question, its help or its details, never taller than the screen. Pure. */
import type { ChoiceQuestion } from './question.ts';
import type { Style } from './style.ts';

/** `active` counts from 0. `panel` is what is open, `page` the page of the details. */
export type ChoiceState = { active: number; panel: 'none' | 'help' | 'details'; page: number };

/** Lines beside the list: title, keys, and one that stays free so that the screen does not scroll. */
const FRAME_LINES = 3;

function renderChoices({ choices }: ChoiceQuestion<unknown>, active: number, style: Style): string[][] {
  return choices.map(({ label, hint }, index) => {
    const isActive = index === active;
    const number = choices.length > 9 ? '' : `${index + 1}  `;
    const lead = `  ${isActive ? style.colours.cyan('›') : ' '} ${number}`;
    const text = isActive ? style.colours.bold(style.colours.cyan(style.text(label))) : style.text(label);
    if (hint === undefined) return style.wrap(text, lead);
    const remark = style.colours.dim(style.text(hint));
    const isBeside = style.measure(`${lead}${text}  ${remark}`) <= style.width;
    return isBeside ? [`${lead}${text}  ${remark}`] : [...style.wrap(text, lead), ...style.wrap(remark, ' '.repeat(style.measure(lead)))];
  });
}

/** As many choices around the active one as fit, with the number of those above and below. */
function showWindow(blocks: readonly string[][], active: number, room: number, style: Style): string[] {
  let [from, to] = [active, active + 1];
  const height = (): number => blocks.slice(from, to).flat().length + (from > 0 ? 1 : 0) + (to < blocks.length ? 1 : 0);
  for (let hasGrown = true; hasGrown;) {
    hasGrown = false;
    if (to < blocks.length && height() + (blocks[to]?.length ?? 0) <= room) [to, hasGrown] = [to + 1, true];
    if (from > 0 && height() + (blocks[from - 1]?.length ?? 0) <= room) [from, hasGrown] = [from - 1, true];
  }
  const more = (count: number, where: string): string[] => (count === 0 ? [] : [style.colours.dim(`      … ${count} more ${where}`)]);
  return [...more(from, 'above'), ...blocks.slice(from, to).flat(), ...more(blocks.length - to, 'below')];
}

/** How many pages details have on a screen of so many rows. */
export const countPages = (lines: readonly string[], rows: number): number => Math.max(1, Math.ceil(lines.length / Math.max(1, rows - FRAME_LINES)));

const renderTitle = (title: string, style: Style): string[] => style.wrap(style.colours.bold(style.text(title)), `${style.colours.cyan('?')} `);

export function renderChoiceScreen(question: ChoiceQuestion<unknown>, { active, panel, page }: ChoiceState, rows: number, style: Style): string[] {
  const { dim } = style.colours;
  const title = renderTitle(question.title, style);
  if (panel === 'details') {
    const lines = question.details?.() ?? [];
    const [height, pages] = [Math.max(1, rows - FRAME_LINES), countPages(lines, rows)];
    const shown = lines.slice(page * height, (page + 1) * height);
    const keys = pages === 1 ? 'd closes' : `page ${page + 1} of ${pages} · space: next · b: back · d closes`;
    return [...shown, dim(keys)].map((line) => style.cut(style.line(line)));
  }
  const help = panel === 'help' ? question.help.flatMap((text) => style.wrap(style.text(text), '    ')) : [];
  const keys = ['↑↓ or number, Enter', ...(question.help.length === 0 ? [] : ['? help']), ...(question.details === undefined ? [] : ['d details'])];
  // Help never pushes the choices from the screen.
  const roomForHelp = Math.max(1, rows - FRAME_LINES - title.length - 3);
  const shownHelp = help.length > roomForHelp ? [...help.slice(0, roomForHelp - 1), dim('    …')] : help;
  const room = Math.max(1, rows - FRAME_LINES - (title.length - 1) - shownHelp.length);
  return [...title, ...shownHelp, ...showWindow(renderChoices(question, active, style), active, room, style), ...style.wrap(dim(keys.join(' · ')), '  ')].map(style.line);
}

/** What stays on the screen: the question and its answer. */
export const renderAnswer = (title: string, answer: string, style: Style): string[] =>
  style.wrap(`${style.colours.bold(style.text(title))}  ${style.colours.cyan(style.text(answer))}`, `${style.colours.cyan('?')} `).map(style.line);
