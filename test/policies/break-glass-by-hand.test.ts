/** The break-glass page is enough without rootzero: somebody with the AWS CLI opens one account, closes it, and gives root a password where it has none. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addRootProfile } from '../../src/simulator/world-builder.ts';
import { isAwsCliInstalled } from '../support/aws-cli.ts';
import { openRehearsalCli, openSandbox, serve, start, type Ended, type Served } from '../support/cli.ts';

const isInstalled = isAwsCliInstalled();
const BLOCKS = [...readFileSync('runbooks/break-glass.md', 'utf8').matchAll(/^```console\n(.*?)^```/gms)].map(([, text = '']) => text);

const [ACCOUNT, NEIGHBOUR, TARGET, SEAL] = ['444455556666', '222233334444', 'r-ex4m', 'p-denyroot1'];
const HOUR_MS = 3_600_000;

describe.skipIf(!isInstalled)('the page, walked with the AWS CLI on a served world', () => {
  let served: Served | null = null;
  let ended: Ended | null = null;

  /** Every block in one shell; after each, root of the account and root of another one try their luck. */
  function scriptOf(printed: string, until: string): string {
    const look = ['member-root', 'neighbour-root'].map((profile) => `echo "${profile}: $(aws iam list-access-keys --profile ${profile} 2>&1 | tr -d '\\n')"`);
    const filled = BLOCKS.map((text) => text.replaceAll('ACCOUNT', ACCOUNT).replaceAll('TARGET', TARGET).replaceAll('SEAL', SEAL).replaceAll('UNTIL', until));
    return [printed, 'export AWS_PROFILE=admin', 'exec 2>&1', 'set -e', ...filled.flatMap((text, index) => [text, `echo "== after block ${index + 1}"`, ...look])].join('\n');
  }

  beforeAll(async () => {
    const sandbox = openSandbox();
    const rehearsal = openRehearsalCli(sandbox, 'sealed-organization');
    await rehearsal.run('status');
    let now = 0;
    rehearsal.writeWorld((world) => {
      const [member, neighbour] = [world.accounts[ACCOUNT], world.accounts[NEIGHBOUR]];
      if (member === undefined || neighbour === undefined) throw new Error('The scenario has changed.');
      addRootProfile(world, 'neighbour-root', neighbour);
      member.root.hasPassword = false;
      now = world.now;
    });
    served = await serve(sandbox, '--continue', '--state-dir', rehearsal.stateDir);
    const until = `${new Date(now + HOUR_MS).toISOString().slice(0, 19)}Z`;
    ended = await start('bash', ['-c', scriptOf(served.printed, until)], { environment: served.sandbox.environment, folder: sandbox.folder }).ended;
  });
  afterAll(async () => { await served?.stop(); });

  const printedAfter = (block: number): string => ended?.stdout.split('== ').find((part) => part.startsWith(`after block ${block}\n`)) ?? '';
  const [isOpen, isSealed] = [/: \{ *"AccessKeyMetadata": \[\] *\}/, /: .*\(AccessDenied\).*explicit deny in a service control policy/];
  const rootOf = (profile: string, block: number): string => printedAfter(block).split('\n').find((line) => line.startsWith(profile)) ?? '';

  it('every command ends well', () => {
    expect(ended?.exitCode, ended?.stdout).toBe(0);
    expect(BLOCKS).toHaveLength(6);
  });

  it('the first look shows where the seal is', () => {
    expect(ended?.stdout.split('== ')[0]).toContain('rootzero-deny-root-user');
    expect(rootOf('member-root', 1)).toMatch(isSealed);
  });

  it('one account is open, and no other', () => {
    expect(rootOf('member-root', 2)).toMatch(isOpen);
    expect(rootOf('neighbour-root', 2)).toMatch(isSealed);
  });

  it('closed, everything is as before, and nothing is left behind', () => {
    expect(rootOf('member-root', 3)).toMatch(isSealed);
    expect(rootOf('neighbour-root', 3)).toMatch(isSealed);
    expect(printedAfter(3)).toContain('rootzero-deny-root-user');
    expect(printedAfter(3)).not.toContain('break-glass');
  });

  it('a password may be set where there is none, sealed as the account is, and is taken away again', () => {
    expect(printedAfter(4)).toContain('"LoginProfile"');
    expect(rootOf('member-root', 5)).toMatch(isSealed);
    expect(printedAfter(6)).not.toBe('');
  });
});
