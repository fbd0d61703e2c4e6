/** How far a survey of an organization is, as lines of text. What it found is survey-report-lines.ts. */
import { SURVEY_STATES, type SurveyCounts, type SurveyState } from '../domain/organization/survey-progress.ts';
import type { SurveyMessage } from '../ports/survey-messages.ts';
import { renderSpan } from './span.ts';
import type { Mark, Style } from './style.ts';

export const STATE_MARKS: Record<SurveyState, Mark> = { active: '●', inactive: '◐', present: '✖', unknown: '?', absent: '✔' };
const STATE_WORDS: Record<SurveyState, string> = { active: 'active', inactive: 'inactive', present: 'status unknown', unknown: 'could not tell', absent: 'no keys' };

/** Accounts by what is known of their keys; what there is none of is left out, but for the clean ones. */
export const renderCounts = (counts: SurveyCounts, style: Style): string[] =>
  SURVEY_STATES.filter((state) => counts[state] > 0 || state === 'absent').map((state) => `${style.mark(STATE_MARKS[state])} ${counts[state]} ${STATE_WORDS[state]}`);

const renderPace = (perSecond: number): string => `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;

/** Progress as it is drawn again and again, or printed at each milestone. */
export function renderProgress({ counts, done, leftMs, of, perSecond }: Extract<SurveyMessage, { code: 'survey/progress' }>, style: Style): string[] {
  const left = leftMs === null || done === of ? [] : [`about ${renderSpan(leftMs)} left`];
  return style.flow([`${done} of ${of} accounts`, ...(perSecond === 0 ? [] : [renderPace(perSecond)]), ...left, ...renderCounts(counts, style)], '  ');
}
