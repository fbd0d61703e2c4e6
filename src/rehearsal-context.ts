/** The composition root of a rehearsal: a scenario's world, a clock that jumps, and the context of the same commands over them. Knows no command line. */
import type { Context } from './commands/context-type.ts';
import { problem } from './domain/problem.ts';
import type { FaultPoints } from './engine/fault-points.ts';
import { openLanes } from './engine/lanes.ts';
import { openRunStore } from './engine/run-folder.ts';
import type { Clock } from './ports/clock.ts';
import type { Cloud } from './ports/cloud.ts';
import type { System } from './ports/system.ts';
import type { Ui } from './ports/ui.ts';
import { openRehearsalClock } from './rehearsal-clock.ts';
import { tellPerson } from './simulator/agenda.ts';
import { openSimulator, type SimulatorOptions } from './simulator/simulator.ts';
import type { World } from './simulator/world.ts';
import { listAssets, readAsset, readText, writeText } from './system.ts';
import type { Streams } from './terminal/streams.ts';
import { openView } from './terminal/view.ts';

export type RehearsalParts = { world: World; system: System; faults: FaultPoints; streams: Streams; signal: AbortSignal; directory: string; save: (world: World) => void; isWatched?: boolean } & Pick<SimulatorOptions, 'onCall'>;

/** The person at the console hears what the screen says, and goes about it in the world. */
const withPerson = (ui: Ui, world: World, clock: Clock): Ui => ({
  ask: ui.ask,
  emit: (message) => {
    ui.emit(message);
    if (message.code === 'console/clicks') tellPerson(world, message.task, clock.now());
  },
});

/** A context whose identities are the world's profiles, by default `admin` and `root`. */
export function openRehearsalContext({ world, system, faults, streams, signal, directory, save, isWatched = false, onCall }: RehearsalParts): Context {
  const clock = openRehearsalClock(world.now, isWatched);
  const simulator = openSimulator({ world, clock, save, ...(onCall === undefined ? {} : { onCall }) });
  // As in a live run, calls are not cut off by an interruption.
  const policy = openLanes({ clock, random: system.random, signal: AbortSignal.any([]) });
  clock.onJump = (now) => {
    world.now = now;
  };
  return {
    world: `rehearsal ${world.scenario}`,
    clock,
    system,
    faults,
    signal,
    isResumeWaiting: true,
    result: streams.result,
    readFile: readText,
    writeFile: writeText,
    readAsset,
    listAssets,
    openLogFiles: async (directory, ui) => (await import('./aws/log-files.ts')).openLogFiles(directory, ui),
    openStore: () => Promise.resolve(openRunStore(directory, { clock, system, faults })),
    openSurveys: async () => (await import('./engine/survey-folder.ts')).openSurveyStore(directory),
    openUi: (format, file) => withPerson(openView(format, streams, clock, file), world, clock),
    openIdentities: async ({ profile, rootProfile, orgProfile, region, runId }) => {
      const { openCloud } = await import('./aws/aws-cloud.ts');
      const open = (name: string): Cloud => {
        const credentials = world.profiles[name];
        if (credentials === undefined) throw problem('credentials/profile-unknown', { detail: `Scenario ${world.scenario} has the profiles ${Object.keys(world.profiles).join(', ')}.` });
        const { region: profileRegion, ...keys } = credentials;
        return openCloud(
          { name, profile: name, region: region ?? profileRegion, endpoints: {}, endpoint: 'the embedded AWS', signInCommand: null, files: {} },
          { clock, policy, runId: runId ?? null, transport: { kind: 'rehearsal', requestHandler: simulator.requestHandler, credentials: keys } },
        );
      };
      const names = Object.keys(world.profiles);
      const reading = profile ?? (names.includes('admin') ? 'admin' : (names[0] ?? 'admin'));
      const root = rootProfile ?? (names.includes('root') ? 'root' : undefined);
      return { reading: open(reading), root: root === undefined || root === reading ? null : open(root), organization: orgProfile === undefined ? null : open(orgProfile) };
    },
  };
}
