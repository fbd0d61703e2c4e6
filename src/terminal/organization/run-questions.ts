/** How the questions of a run over an organization are worded. */
import { removalPhrase } from '../../domain/organization/removal-phrase.ts';
import type { CredentialKind } from '../../domain/organization/organization-plan.ts';
import { choice, phrase, type Wordings } from '../wording.ts';

const NO_UNDO = 'There is no soak and no undo. The only way back is account recovery: the mailbox of the root address, and often the phone of the account.';

/** What the removal of each kind means, said before it. */
const BEFORE: Record<CredentialKind, string> = {
  keys: 'Their soak is over and was read back, as far as CloudTrail shows; denied data events show nowhere. A deleted key cannot be brought back.',
  certificates: `Signing certificates of root: whatever still signs with one stops working. ${NO_UNDO}`,
  password: `Root of these accounts cannot sign in any more. ${NO_UNDO}`,
  mfa: `Only where the password is read to be gone. ${NO_UNDO}`,
};

/** More would push the question off a low screen; all of them are in the details. */
const MOST_NAMED = 6;

export const organizationWordings: Pick<Wordings, 'organization/carry-out' | 'organization/remove'> = {
  'organization/carry-out': ({ plan }, style) => choice([
    ...style.wrap(`From here on root of ${plan.accounts.length} accounts is denied everything, wave by wave; sessions of AssumeRoot are spared, and tried before and after. Nothing is removed before you are asked again, for each wave and kind.`),
  ], {
    title: 'Carry it out now?',
    choices: [{ value: 'no', label: 'no' }, { value: 'yes', label: 'yes' }],
    default: 'no',
    help: ['"no" ends here; nothing was changed. "yes" quarantines the first wave, then waits; Ctrl-C in the wait is safe.', 'rootzero rollback takes the quarantine off every account again.'],
    details: () => style.copyable('digest  ', plan.digest),
  }),
  'organization/remove': ({ wave, waves, kind, count, accounts }, style) => phrase([
    ...style.wrap(style.colours.bold(`Wave ${wave} of ${waves}: ${removalPhrase(kind, count)} in ${accounts.length === 1 ? '1 account' : `${accounts.length} accounts`}. This cannot be undone.`)),
    ...style.wrap(BEFORE[kind], '  '),
    ...style.flow([...accounts.slice(0, MOST_NAMED).map(({ account, name }) => `${account} ${style.text(name)}`), ...(accounts.length > MOST_NAMED ? [`and ${accounts.length - MOST_NAMED} more`] : [])], '  '),
  ], {
    title: `Type "${removalPhrase(kind, count)}" to do it`,
    expected: removalPhrase(kind, count),
    help: ['Enter alone: nothing of it is removed. The accounts stay contained, and rootzero resume asks again.', ...accounts.map(({ account, name }) => `${account} ${name}`)],
  }),
};
