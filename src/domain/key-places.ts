/** Where access keys of long standing usually sit, and how to look. Commands are for a person to read and run; `$KEY` is the key id. Pure. */
import type { CallerGroup } from './caller.ts';

export type KeyPlace = {
  what: string;
  /** Shell commands that show the place, not the secret. */
  commands: string[];
  /** What a command cannot show, or how to read what it shows. */
  note: string | null;
  /** True where a caller that was seen points there. */
  isLikely: boolean;
};

type Hint = (group: CallerGroup) => boolean;

const isTool = (pattern: RegExp): Hint => ({ tool }) => pattern.test(tool.name);
const isCode: Hint = ({ tool }) => tool.kind === 'infrastructure-as-code';
const isProgram: Hint = ({ tool }) => tool.kind === 'sdk' || tool.kind === 'program';

const PLACES: readonly (Omit<KeyPlace, 'isLikely'> & { hint: Hint })[] = [
  { what: 'credentials files of people and service accounts', commands: ['sudo grep -rlsF "$KEY" ~/.aws /root/.aws /home/*/.aws'], note: null, hint: isTool(/^(AWS CLI|Boto3|AWS Tools)/) },
  { what: 'cron, systemd units and their environment', commands: ['sudo grep -rlsF "$KEY" /etc /var/spool/cron'], note: null, hint: (group) => isProgram(group) && group.cadence.kind !== 'once' },
  { what: 'the environment of running processes', commands: ['sudo grep -lsF "$KEY" /proc/[0-9]*/environ'], note: null, hint: ({ cadence }) => cadence.kind === 'continuous' },
  { what: 'application configuration, containers', commands: ['sudo grep -rlsF "$KEY" /opt /srv /var/www', 'docker inspect $(docker ps -aq) | grep -cF "$KEY"'], note: null, hint: isProgram },
  { what: 'variables of CI and CD systems', commands: ['gh secret list; gh variable list', 'glab variable list'], note: 'only names are shown: AWS_ACCESS_KEY_ID and the like', hint: isCode },
  { what: 'Terraform variables and state', commands: ['grep -rlsF "$KEY" --include="*.tf*" .', 'terraform state pull | grep -cF "$KEY"'], note: null, hint: isTool(/^(Terraform|OpenTofu)$/) },
  { what: 'Git history', commands: ['git log --all --oneline -S "$KEY"'], note: null, hint: isCode },
  { what: 'user data of EC2 instances', commands: ['aws ec2 describe-instance-attribute --attribute userData --instance-id ID'], note: 'its value is base64', hint: isProgram },
  { what: 'environment variables of Lambda functions', commands: ['aws lambda list-functions | grep -cF "$KEY"'], note: 'once in each Region', hint: () => false },
  { what: 'Kubernetes config maps and secrets', commands: ['kubectl get configmaps,secrets -A -o yaml | grep -cF "$KEY"'], note: 'secrets are base64', hint: () => false },
  { what: 'backup software, NAS, file transfer and other appliances', commands: [], note: 'their own settings for "S3", "AWS" or "cloud storage"', hint: ({ tool }) => tool.kind === 'program' },
];

/** All places, those first to which a caller points. */
export function listKeyPlaces(groups: readonly CallerGroup[]): KeyPlace[] {
  return PLACES
    .map(({ what, commands, note, hint }) => ({ what, commands, note, isLikely: groups.some(hint) }))
    .sort((first, second) => Number(second.isLikely) - Number(first.isLikely));
}
