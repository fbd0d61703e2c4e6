/** How the entries of the menu are called, and why some cannot be chosen. */
import { msBetween, type Instant } from '../domain/instant.ts';
import type { MenuEntry } from '../ports/questions.ts';
import { renderSpan } from './span.ts';
import type { Style } from './style.ts';

type Task = MenuEntry['task'];
type ResumeTask = Extract<Task, { kind: 'resume' }>;

function standing({ about, inTrouble, isStopped, waitsUntil }: ResumeTask, now: Instant): string {
  if (inTrouble > 0) return `${inTrouble} account${inTrouble === 1 ? '' : 's'} in trouble`;
  if (waitsUntil === null) return isStopped ? 'it was stopped' : 'it was interrupted';
  const what = about === 'guardrails' ? 'watching' : 'soak';
  return waitsUntil > now ? `${what} ends in ${renderSpan(msBetween(now, waitsUntil))}` : `the ${what} is over`;
}

function wayBack(about: ResumeTask['about']): string {
  switch (about) {
    case 'keys': return 'what it switched off is switched on again';
    case 'organization': return 'its quarantines come off again';
    case 'guardrails': return 'policies are attached as before';
    case 'changes': case null: return 'what it changed is put back';
  }
}

export function entryLabel(task: Task, now: Instant): string {
  switch (task.kind) {
    case 'resume': return `resume ${task.runId}: ${standing(task, now)}`;
    case 'roll-back': return `roll back ${task.runId}: ${wayBack(task.about)}`;
    case 'retire': return 'retire the root access keys of this account';
    case 'organization': return 'root keys over the whole organization';
    case 'guard': return 'guardrails over the organization';
    case 'look': return 'look only: what is there, and who uses it';
    case 'drills': return 'rehearse on the embedded AWS';
    case 'leave': return 'leave';
  }
}

/** What cannot be chosen, with the reason and the way to get it. Where both that is done over an organization are missing for one reason, it is said once. */
export function renderUnavailable(entries: readonly MenuEntry[], now: Instant, style: Style): string[] {
  const groups = new Map<string, { labels: string[]; text: string }>();
  for (const { task, unavailable } of entries) {
    if (unavailable === null) continue;
    const text = `${style.text(unavailable.because)} · ${style.colours.dim(style.text(unavailable.remedy))}`;
    const isOverOrganization = task.kind === 'organization' || task.kind === 'guard';
    const key = isOverOrganization ? text : task.kind;
    groups.set(key, { labels: [...(groups.get(key)?.labels ?? []), entryLabel(task, now)], text });
  }
  return [...groups.values()].flatMap(({ labels: [label = '', ...others], text }) => style.wrap(`${others.length === 0 ? label : 'work over an organization'}: ${text}`, `  ${style.mark('–')} `));
}
