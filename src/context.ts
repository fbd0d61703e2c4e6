/** The composition root of a live run: real clock, real files, SDK clients over the network. */
import { setMaxListeners } from 'node:events';
import type { Context } from './commands/context-type.ts';
import { problem } from './domain/problem.ts';
import { NO_FAULTS } from './engine/fault-points.ts';
import { openLanes } from './engine/lanes.ts';
import type { Cloud } from './ports/cloud.ts';
import { listAssets, openSystem, readAsset, readText, stateDirectory, writeText } from './system.ts';
import { askMfaCode } from './terminal/prompts.ts';
import type { Streams } from './terminal/streams.ts';
import { openView } from './terminal/view.ts';
import { openWallClock, PACE_VARIABLE, parsePace } from './wall-clock.ts';

/** Calls are not cut off by an interruption: the running step finishes, and playbooks stop between two reads. */
const NEVER = AbortSignal.any([]);
// Every Region waits on it at once, which is no leak.
setMaxListeners(0, NEVER);

/** Hosts that overridden endpoints may go to, as a setting: a list with commas, for VPC endpoints. */
const ALLOW_ENDPOINT_VARIABLE = 'ROOTZERO_ALLOW_ENDPOINT';

export function openContext(streams: Streams, environment: NodeJS.ProcessEnv, signal: AbortSignal): Context {
  const pace = environment[PACE_VARIABLE];
  const clock = openWallClock(pace === undefined ? undefined : parsePace(pace));
  const system = openSystem();
  const policy = openLanes({ clock, random: system.random, signal: NEVER });
  return {
    world: 'live',
    clock,
    system,
    signal,
    faults: NO_FAULTS,
    isResumeWaiting: false,
    result: streams.result,
    readFile: readText,
    writeFile: writeText,
    readAsset,
    listAssets,
    openLogFiles: async (directory, ui) => (await import('./aws/log-files.ts')).openLogFiles(directory, ui),
    openStore: async (directory) => (await import('./engine/run-folder.ts')).openRunStore(stateDirectory(directory, environment), { clock, system, faults: NO_FAULTS }),
    openSurveys: async (directory) => (await import('./engine/survey-folder.ts')).openSurveyStore(stateDirectory(directory, environment)),
    openUi: (format, file) => openView(format, streams, clock, file),
    openIdentities: async ({ profile, rootProfile, orgProfile, region, allowEndpoint, runId }) => {
      const [{ resolveIdentity }, { openCloud }] = await Promise.all([import('./aws/identity-settings.ts'), import('./aws/aws-cloud.ts')]);
      const bundle = environment['AWS_CA_BUNDLE'];
      const allowed = [...allowEndpoint, ...(environment[ALLOW_ENDPOINT_VARIABLE] ?? '').split(',').filter((host) => host !== '')];
      const open = async (name: string | undefined): Promise<Cloud> => {
        const settings = await resolveIdentity({ environment, allowEndpoints: allowed, ...(name === undefined ? {} : { profile: name }), ...(region === undefined ? {} : { region }) });
        if (pace !== undefined && settings.endpoint === null) throw problem('endpoint/live-in-rehearsal', { detail: `${PACE_VARIABLE} is set, but the endpoint is AWS itself.` });
        return openCloud(settings, {
          clock,
          policy,
          runId: runId ?? null,
          transport: {
            kind: 'network',
            environment,
            certificateAuthorities: bundle === undefined || bundle === '' ? null : await readText(bundle),
            readMfaCode: (serial) => askMfaCode(streams, serial),
            onlyLoopback: pace !== undefined,
          },
        });
      };
      const openNamed = (name: string | undefined): Promise<Cloud> | null => (name === undefined ? null : open(name));
      return { reading: await open(profile), root: await openNamed(rootProfile), organization: await openNamed(orgProfile) };
    },
  };
}
