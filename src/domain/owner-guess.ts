/** Who may stand behind a group of callers, with the grounds of the guess. A guess: user agents are what programs say about themselves. Pure. */
import type { Activity } from './activity.ts';
import type { Cadence, CallerGroup, OwnerGuess } from './caller.ts';
import { renderHours } from './rhythm.ts';
import { nameOfTool } from './user-agent.ts';

type Grounds = Pick<CallerGroup, 'kind' | 'tool' | 'network' | 'sourceIps' | 'count' | 'classes' | 'rhythm' | 'cadence'> & { activity: Pick<Activity, 'hours'> };

const isScheduled = ({ kind }: Cadence): boolean => kind !== 'once' && kind !== 'irregular' && kind !== 'continuous';

/** What kind of thing calls. */
function natureOf({ kind, tool, cadence, classes }: Grounds): string {
  if (classes['own-assumed-root'] !== undefined) return 'rootzero';
  if (kind === 'aws-service' || tool.kind === 'aws') return 'an AWS service on root\'s behalf';
  if (kind === 'assumed-root') return 'central root management (AssumeRoot)';
  if (kind === 'sign-in' || tool.kind === 'browser' || classes.console !== undefined) return 'a person in the console';
  if (tool.kind === 'infrastructure-as-code') return 'infrastructure as code';
  if (tool.kind === 'command-line') return isScheduled(cadence) || cadence.kind === 'continuous' ? 'a script around a command line' : 'a person at a command line';
  if (cadence.kind === 'continuous') return 'a program that runs all the time';
  return isScheduled(cadence) ? 'a scheduled job' : 'a program that runs now and then';
}

const PLACES = { private: 'a private network', public: 'a public network', aws: 'AWS itself', unknown: 'an address of another form' } as const;

/** `infrastructure as code: Terraform 1.9 from 10.2.0.0/16, weekdays 09–17 UTC` */
export function guessOwner(group: Grounds): OwnerGuess {
  const { tool, network, activity, rhythm, count, sourceIps } = group;
  const [version = null] = tool.versions.toSorted((first, second) => second.localeCompare(first, 'en', { numeric: true }));
  const hours = activity.hours === null ? '' : `, ${renderHours(activity.hours)}`;
  const name = tool.application ?? nameOfTool({ name: tool.name, version });
  return {
    text: `${natureOf(group)}: ${name}${network.name === name ? '' : ` from ${network.name}`}${hours}`,
    grounds: [
      `user agent ${tool.name}${tool.versions.length === 0 ? '' : ` ${tool.versions.join(', ')}`}${tool.application === null ? '' : `, application ${tool.application}`}`,
      `${sourceIps.length === 1 ? 'one address' : `${sourceIps.length} addresses`} in ${network.name}, ${PLACES[network.kind]}`,
      `${rhythm}, ${count === 1 ? 'one call' : `${count} calls`}${hours}`,
    ],
  };
}
