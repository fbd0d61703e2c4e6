/** Opening what a playbook works with, from a command's options. */
import type { Session } from '../playbooks/session.ts';
import type { Ui } from '../ports/ui.ts';
import type { Context } from './context-type.ts';
import { identityOptions, type CommonOptions } from './options.ts';

/** Opens the identities of a command; nothing is asked of AWS yet. @throws Problem of credentials and endpoints */
export async function openSession(context: Context, options: Omit<CommonOptions, 'format'>, ui: Ui): Promise<Session> {
  const { clock, system, world, signal } = context;
  return { identities: await context.openIdentities(identityOptions(options)), ui, clock, system, world, signal };
}
