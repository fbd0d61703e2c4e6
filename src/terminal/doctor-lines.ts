/** The preflight's findings as lines of text: by area, the state as a mark, and under what is not in order how to mend it. */
import type { Mend, PreflightArea, PreflightFinding } from '../domain/preflight-finding.ts';
import type { Message } from '../ports/ui.ts';
import type { Mark, Style } from './style.ts';

const TITLES: Record<PreflightArea, string> = { credentials: 'Credentials', organization: 'Organization', detection: 'Detection', limits: 'Limits' };
const MARKS: Record<PreflightFinding['state'], Mark> = { 'in-order': '✔', 'in-the-way': '✖', 'unknown': '?', 'not-applicable': '–' };

/** Findings that say the same stand on one line. */
type Line = Omit<PreflightFinding, 'id'> & { ids: string[] };

function linesOf(findings: readonly PreflightFinding[]): Line[] {
  const lines: Line[] = [];
  for (const { id, ...finding } of findings) {
    const name = id.replaceAll('-', ' ');
    const same = lines.find((line) => line.area === finding.area && line.state === finding.state && line.summary === finding.summary);
    if (same === undefined) lines.push({ ...finding, ids: [name] });
    else same.ids.push(name);
  }
  return lines;
}

const renderMend = ({ command, advice }: Mend, style: Style): string[] => [
  ...(command === null ? [] : style.copyable('    next  ', style.text(style.command(command)))),
  ...(advice === null ? [] : style.wrap(style.text(advice), command === null ? '    next  ' : '          ')),
];

const renderLine = ({ ids, state, summary, mend }: Line, style: Style): string[] => [
  ...style.wrap(`${style.colours.bold(ids.join(', '))}: ${style.text(summary)}`, `  ${style.mark(MARKS[state])} `),
  ...(mend === null ? [] : renderMend(mend, style)),
];

function renderTotal(findings: readonly PreflightFinding[], style: Style): string[] {
  const count = (state: PreflightFinding['state']): number => findings.filter((finding) => finding.state === state).length;
  const [blocking, unknown] = [count('in-the-way'), count('unknown')];
  if (blocking + unknown === 0) return style.wrap('Nothing stands in the way.', `${style.mark('✔')} `);
  return style.flow([blocking === 0 ? '' : `${blocking} in the way`, unknown === 0 ? '' : `${unknown} could not be told`], `${style.mark(blocking > 0 ? '✖' : '?')} `);
}

export function renderPreflight({ account, findings }: Extract<Message, { code: 'preflight' }>, style: Style): string[] {
  const areas = [...new Set(findings.map(({ area }) => area))];
  return [
    ...style.heading(`Preflight of ${account}`, ''),
    ...areas.flatMap((area) => [TITLES[area], ...linesOf(findings.filter((finding) => finding.area === area)).flatMap((line) => renderLine(line, style))]),
    ...renderTotal(findings, style),
  ];
}
