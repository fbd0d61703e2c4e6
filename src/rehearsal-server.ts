/** `rehearse --serve`: a scenario on loopback, with the shell lines that point any AWS client at it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, type ExitCode } from './domain/problem.ts';
import { openHttpServer } from './simulator/http-server.ts';
import { openSimulator } from './simulator/simulator.ts';
import type { World } from './simulator/world.ts';
import type { Streams } from './terminal/streams.ts';
import { openWallClock, PACE_VARIABLE, renderPace } from './wall-clock.ts';

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

function renderConfig(world: World, endpoint: string): string {
  return Object.entries(world.profiles).map(([name, profile]) => `[profile ${name}]\nregion = ${profile.region}\nendpoint_url = ${endpoint}\n`).join('\n');
}

function renderCredentials(world: World): string {
  return Object.entries(world.profiles)
    .map(([name, { accessKeyId, secretAccessKey, sessionToken }]) =>
      [`[${name}]`, `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`, ...(sessionToken === undefined ? [] : [`aws_session_token = ${sessionToken}`])].join('\n'))
    .join('\n\n');
}

/** Serves until the signal. The credentials are the scenario's own and good for nothing else. */
export async function serveScenario(world: World, { port, speed }: { port: number; speed: number }, directory: string, streams: Streams, signal: AbortSignal): Promise<ExitCode> {
  const pace = { startedAt: Date.now(), worldStartedAt: world.now, speed };
  const simulator = openSimulator({ world, clock: openWallClock(pace) });
  const server = await openHttpServer(simulator.respond, port).catch((thrown: unknown) => {
    throw problem('input/usage', { detail: `Port ${port} cannot be listened on: ${thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)}.` });
  });
  const [config, credentials] = [join(directory, 'aws-config'), join(directory, 'aws-credentials')];
  await writeFile(config, renderConfig(world, server.endpoint), { mode: 0o600 });
  await writeFile(credentials, renderCredentials(world), { mode: 0o600 });
  const profile = world.profiles['admin'] ?? Object.values(world.profiles)[0];
  const region = profile?.region ?? 'us-east-1';
  const profileName = world.profiles['admin'] === undefined ? (Object.keys(world.profiles)[0] ?? 'root') : 'admin';
  streams.result([
    `# REHEARSAL ${world.scenario}: profiles ${Object.keys(world.profiles).join(', ')}; stop with Ctrl-C`,
    'unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN',
    `export AWS_CONFIG_FILE=${quote(config)}`,
    `export AWS_SHARED_CREDENTIALS_FILE=${quote(credentials)}`,
    `export AWS_PROFILE=${quote(profileName)}`,
    `export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `export ${PACE_VARIABLE}=${renderPace(pace)}`,
    `aws() { command aws --endpoint-url ${server.endpoint} "$@"; }`,
    `export AWS_ENDPOINT_URL=${server.endpoint}`,
    '',
  ].join('\n'));
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
  return 0;
}
