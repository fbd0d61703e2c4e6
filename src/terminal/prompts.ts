/** The one question that a command without a guided session may ask: the code of an MFA device, for profiles with `mfa_serial`. */
import { problem } from '../domain/problem.ts';
import { sanitize } from './sanitize.ts';
import type { Streams } from './streams.ts';

/** @throws Problem `credentials/mfa-needed` where there is no terminal */
export async function askMfaCode(streams: Streams, serial: string): Promise<string> {
  if (!streams.isInteractive) throw problem('credentials/mfa-needed', { detail: `Device ${serial}.` });
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ output: process.stderr });
  const { code } = await prompt([{ type: 'input', name: 'code', message: `MFA code of ${sanitize(serial)}`, validate: (text: string) => /^\d{6}$/.test(text) || 'Six digits.' }]);
  return code;
}
