/** What the shipped policies allow beyond the calls of the job scripts, and why. Data only: what is here and is called after all, or is in no policy, fails the test. */

type Unexercised = { command: string; identity: string; actions: readonly string[]; because: string };

export const UNEXERCISED: readonly Unexercised[] = [
  {
    command: 'resume', identity: 'root', actions: ['iam:GetAccessKeyLastUsed'],
    because: 'A run that is cut off before its first step compares the world with its plan once more.',
  },
];
