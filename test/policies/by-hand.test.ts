/** policies/README.md alone is enough: somebody with the AWS CLI attaches the policy to a sandbox OU, sees root denied and AssumeRoot exempt, and takes it off again. */
import { cpSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addRootProfile } from '../../src/simulator/world-builder.ts';
import { isAwsCliInstalled } from '../support/aws-cli.ts';
import { openRehearsalCli, openSandbox, serve, start, type Ended, type Served } from '../support/cli.ts';
import { parseWalkthrough } from '../support/walkthrough.ts';

const isInstalled = isAwsCliInstalled();
const README = readFileSync('policies/README.md', 'utf8');
const BLOCKS = parseWalkthrough(README);

/** What the reader fills in. */
const SANDBOX_OU = 'ou-ex4m-sandbox1';
const SANDBOX_ACCOUNT = '222233334444';

const ATTACHED = `aws organizations list-policies-for-target --target-id ${SANDBOX_OU} --filter SERVICE_CONTROL_POLICY --query Policies[].Name --output text`;
/** The page's commands one after the other in one terminal; between its blocks somebody looks at the policies of the OU, and root of a sandbox account tries its luck. */
function scriptOf(printed: string): string {
  const look = [`echo "attached: $(${ATTACHED})"`, 'echo "root: $(aws iam list-access-keys --profile sandbox-root 2>&1)"'];
  const blocks = BLOCKS.flatMap(({ line, commands }) => [
    ...commands.map(({ text, exits }) => `${text}\ncode=$?; [ $code = ${exits} ] || { echo "line ${line} exits $code"; exit 99; }`),
    `echo "== after line ${line}"`,
    ...look,
  ]);
  return [printed, 'export AWS_PROFILE=management', 'exec 2>&1', 'echo "== before"', ...look, ...blocks].join('\n').replaceAll('SANDBOX_OU', SANDBOX_OU).replaceAll('SANDBOX_ACCOUNT', SANDBOX_ACCOUNT);
}

describe.skipIf(!isInstalled)('the page, walked with the AWS CLI on a served world', () => {
  let served: Served | null = null;
  let ended: Ended | null = null;

  beforeAll(async () => {
    const sandbox = openSandbox();
    const rehearsal = openRehearsalCli(sandbox, 'management-account');
    await rehearsal.run('status');
    rehearsal.writeWorld((world) => {
      const account = world.accounts[SANDBOX_ACCOUNT];
      const operator = world.principals.find(({ accessKeyId }) => accessKeyId === world.profiles['management']?.accessKeyId);
      if (account === undefined || operator === undefined || world.organization === undefined) throw new Error('The scenario has changed.');
      addRootProfile(world, 'sandbox-root', account);
      world.organization.trustedServices.push('iam.amazonaws.com');
      world.organization.rootFeatures.push('RootCredentialsManagement');
      operator.allow?.push('sts:AssumeRoot');
    });
    served = await serve(sandbox, '--continue', '--state-dir', rehearsal.stateDir);
    cpSync('policies', sandbox.path('policies'), { recursive: true });
    ended = await start('bash', ['-c', scriptOf(served.printed)], { environment: served.sandbox.environment, folder: sandbox.path('policies') }).ended;
  });
  afterAll(async () => { await served?.stop(); });

  /** What was printed between one mark and the next. */
  const printedAfter = (mark: string): string => ended?.stdout.split('== ').find((part) => part.startsWith(mark)) ?? '';
  const blockWith = (command: string): string => `after line ${BLOCKS.find(({ commands }) => commands.some(({ text }) => text.includes(command)))?.line}\n`;

  it('every command ends as the page says', () => {
    expect(ended?.exitCode, ended?.stdout).toBe(0);
    expect(BLOCKS.length).toBeGreaterThan(5);
  });

  it('the first steps show whether it is possible, and an OU with accounts', () => {
    expect(printedAfter(blockWith('describe-organization'))).not.toContain('deny-root-user');
    expect(ended?.stdout).toContain('ALL');
    expect(ended?.stdout).toContain('"Type": "SERVICE_CONTROL_POLICY"');
    expect(ended?.stdout).toContain(SANDBOX_ACCOUNT);
  });

  it('attaching denies root of a sandbox account at once', () => {
    expect(printedAfter('before')).toMatch(/attached: FullAWSAccess\nroot: \{/);
    const after = printedAfter(blockWith('attach-policy'));
    expect(after).toMatch(/attached: .*deny-root-user/);
    expect(after).toContain('FullAWSAccess');
    expect(after).toContain('(AccessDenied)');
    expect(after).toContain('explicit deny in a service control policy');
  });

  it('an AssumeRoot session is exempt: it lists the keys while root itself may not', () => {
    const walked = ended?.stdout.split(`== ${blockWith('attach-policy')}`)[1]?.split(`== ${blockWith('assume-root')}`)[0] ?? '';
    expect(walked).toContain('"AccessKeyMetadata": []');
    expect(printedAfter(blockWith('assume-root'))).toContain('(AccessDenied)');
  });

  it('taking it off gives everything back, and leaves nothing behind', () => {
    const after = printedAfter(blockWith('detach-policy'));
    expect(after).toMatch(/attached: FullAWSAccess\nroot: \{/);
    expect(printedAfter(blockWith('put-config-rule'))).toMatch(/attached: FullAWSAccess\nroot: \{/);
  });
});
