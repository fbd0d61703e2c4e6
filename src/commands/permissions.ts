/** Carries out `rootzero permissions`: the policies under policies/iam as they ship, one file for each command that calls AWS. Grants nothing. */
import * as z from 'zod';
import { problem, type ExitCode } from '../domain/problem.ts';
import type { Context } from './context-type.ts';

export type PermissionOptions = { for?: string };

const policy = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(z.strictObject({
    Sid: z.string(),
    Effect: z.literal('Allow'),
    Action: z.array(z.string()),
    Resource: z.union([z.string(), z.array(z.string())]),
    Condition: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))).exactOptional(),
  })),
});

/** By identity. Root may do everything in its account anyway: its policy says what service control policies have to leave open. */
export const permissionFile = z.record(z.string(), policy);
type Permissions = z.infer<typeof permissionFile>;

const FOLDER = 'policies/iam';
const nameOf = (file: string): string => file.replace(/\.json$/, '');

const readPermissions = async (context: Context, command: string): Promise<Permissions> =>
  permissionFile.parse(JSON.parse(await context.readAsset(`${FOLDER}/${command}.json`)));

/** @throws Problem `input/usage` for a command, or an identity of it, that calls nothing in AWS */
export async function showPermissions(context: Context, command: string | undefined, options: PermissionOptions): Promise<ExitCode> {
  const commands = (await context.listAssets(FOLDER)).map(nameOf).sort();
  const print = (value: object): void => context.result(`${JSON.stringify(value, null, 2)}\n`);
  if (command === undefined) {
    if (options.for !== undefined) throw problem('input/usage', { detail: `--for takes the policy of one command; name one of ${commands.join(', ')}.` });
    print(Object.fromEntries(await Promise.all(commands.map(async (name) => [name, await readPermissions(context, name)] as const))));
    return 0;
  }
  if (!commands.includes(command)) throw problem('input/usage', { detail: `${JSON.stringify(command)} calls nothing in AWS; these do: ${commands.join(', ')}.` });
  const permissions = await readPermissions(context, command);
  const wanted = options.for === undefined ? permissions : permissions[options.for];
  if (wanted === undefined) throw problem('input/usage', { detail: `${command} calls nothing as ${options.for}; it does as ${Object.keys(permissions).join(', ')}.` });
  print(wanted);
  return 0;
}
