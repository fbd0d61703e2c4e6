/** Carries out the commands of a document against the embedded AWS, as somebody would who types them. Knows Markdown and a shell, not the program. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

type Command = { text: string; exits: number };
export type Block = {
  line: number;
  commands: Command[];
  /** The transcript that follows the commands, if any. */
  transcript: string[];
  /** The world that begins with this block; null goes on in the one before. */
  setting: Setting | null;
};
type Setting = { scenario: string; run: keyof typeof RUNS };

/** What a setting may bring along, and the commands that make it. */
const RUNS = {
  '': [],
  'a run in its soak': ['rootzero plan --out plan.json # exits 6', 'rootzero plan --acknowledge FINGERPRINT="known" --out plan.json', 'rootzero apply plan.json --approve DIGEST # exits 75'],
  'a run that is done': ['rootzero plan --out plan.json # exits 6', 'rootzero plan --acknowledge FINGERPRINT="known" --out plan.json', 'rootzero apply plan.json --approve DIGEST # exits 75', 'rootzero resume'],
  'its keys contained': ['rootzero plan --suspected-compromise --out plan.json', 'rootzero apply plan.json --approve DIGEST # exits 6'],
} as const;
const isRun = (text: string): text is keyof typeof RUNS => Object.hasOwn(RUNS, text);

const SETTING = /[Rr]ehearsed on `([a-z-]+)`(?:, with ([a-z ]+))?/;

function parseCommand(text: string): Command {
  const [, command = text, exits = '0'] = /^(.*?)(?:\s+# exits (\d+))?$/s.exec(text) ?? [];
  return { text: command, exits: Number(exits) };
}

/**
 * The fenced `sh` blocks of a document. "Rehearsed on `SCENARIO`" before a block begins a new world, ", with a run in its soak" and the like bring
 * a run along. A comment `# exits N` is the exit code of its command. A `text` block shows what the commands before it print.
 */
export function parseWalkthrough(markdown: string): Block[] {
  const blocks: Block[] = [];
  let setting: Setting | null = null;
  let fence: { language: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, language] = /^```(\w*)$/.exec(line) ?? [];
    if (fence === null) {
      const [, scenario, run = ''] = SETTING.exec(line) ?? [];
      if (scenario !== undefined && !isRun(run)) throw new Error(`line ${index + 1}: there is no setting "with ${run}"`);
      if (scenario !== undefined && isRun(run)) setting = { scenario, run };
      if (language !== undefined) fence = { language, line: index + 1, lines: [] };
    } else if (language === undefined) {
      fence.lines.push(line);
    } else {
      if (fence.language === 'sh') {
        const commands = fence.lines.join('\n').replaceAll(/\\\n\s*/g, '').split('\n').filter((text) => text.trim() !== '').map(parseCommand);
        blocks.push({ line: fence.line, commands, transcript: [], setting });
        setting = null;
      }
      if (fence.language === 'text') blocks.at(-1)?.transcript.push(...fence.lines);
      fence = null;
    }
  }
  return blocks;
}

/** What a person reads from the screen and fills in; not every kind of plan has all of it. */
const planFile = z.object({
  digest: z.string(),
  callers: z.array(z.object({ fingerprint: z.string(), kind: z.string() })).default([]),
  keys: z.array(z.object({ keyId: z.string(), isSigning: z.boolean() })).default([]),
  blockers: z.array(z.object({ text: z.string() })),
  notCovered: z.array(z.object({ next: z.string() })).default([]),
});
const statusFile = z.object({ runs: z.array(z.object({ runId: z.string() })) });

const PROGRAM = resolve('dist/rootzero.js');
/** Bare commands go to the rehearsal at hand, like with `rehearse --continue --`; beside a served one they are what they are. */
const SHIM = `#!/usr/bin/env bash
case "$1" in rehearse|runbook|-*) exec '${process.execPath}' '${PROGRAM}' "$@";; esac
[ -n "$ROOTZERO_REHEARSAL_CLOCK" ] && exec '${process.execPath}' '${PROGRAM}' "$@"
exec '${process.execPath}' '${PROGRAM}' rehearse --continue -- "$@"
`;

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export type Walk = {
  /** Where the rehearsal's world is kept. */
  worldFile: string;
  /** Runs a block; returns all that it printed. @throws Error when a command ends with another exit code than it says */
  run: (block: Block) => Promise<string>;
  close: () => void;
};

/** Opens an empty working folder with a state folder of its own and no AWS configuration. */
export function openWalk(): Walk {
  const home = mkdtempSync(join(tmpdir(), 'rootzero-walk-'));
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin', 'rootzero'), SHIM);
  chmodSync(join(home, 'bin', 'rootzero'), 0o700);
  const environment = { PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: home, XDG_STATE_HOME: join(home, 'state') };

  const shell = async (commands: readonly Command[]): Promise<string> => {
    const script = commands.map(({ text, exits }) => `${text}\ncode=$?; [ $code = ${exits} ] || { echo ${quote(text)} "exits $code, not ${exits}"; exit 99; }`);
    const lines = ['exec 2>&1', "trap 'kill $(jobs -p) 2>/dev/null' EXIT", ...script];
    try {
      return (await promisify(execFile)('bash', ['-c', lines.join('\n')], { cwd: home, env: environment, timeout: 60_000 })).stdout;
    } catch (thrown) {
      throw new Error(thrown instanceof Error && 'stdout' in thrown ? String(thrown.stdout) : String(thrown), { cause: thrown });
    }
  };

  /** The words in capitals, as the plan file and `status` give them. */
  const fillIn = async (text: string): Promise<string> => {
    if (!/\b(DIGEST|FINGERPRINT|KEY_ID|RUN)\b/.test(text)) return text;
    if (/\bRUN\b/.test(text)) {
      const { runs } = statusFile.parse(JSON.parse((await shell([{ text: 'rootzero status -o json 2>/dev/null', exits: 0 }])).trim()));
      return text.replaceAll(/\bRUN\b/g, runs[0]?.runId ?? 'NO-RUN');
    }
    const [path = 'plan.json'] = /[\w-]+\.json/.exec(text) ?? [];
    const plan = planFile.parse(JSON.parse(readFileSync(join(home, path), 'utf8')));
    const denied = plan.blockers.flatMap((blocker) => /--accept ([0-9a-f]+)=/.exec(blocker.text)?.[1] ?? []);
    const dependent = plan.callers.filter(({ kind }) => kind === 'root-key' || kind === 'minted-session').map(({ fingerprint }) => fingerprint);
    const asked = plan.notCovered.flatMap(({ next }) => [...next.matchAll(/--acknowledge ([0-9A-Za-z]+)=/g)].map(([, name = '']) => name));
    return text
      .replaceAll(/--acknowledge FINGERPRINT=("[^"]*")/g, (_, reason) => [...dependent, ...asked].map((name) => `--acknowledge ${name}=${reason}`).join(' '))
      .replaceAll(/--accept FINGERPRINT=("[^"]*")/g, (_, reason) => denied.map((fingerprint) => `--accept ${fingerprint}=${reason}`).join(' '))
      .replaceAll('KEY_ID', plan.keys.find((key) => key.isSigning)?.keyId ?? 'NO-KEY')
      .replaceAll('DIGEST', plan.digest);
  };

  const runCommands = async (commands: readonly Command[]): Promise<string> => {
    const filled: Command[] = [];
    for (const { text, exits } of commands) filled.push({ text: await fillIn(text), exits });
    return shell(filled);
  };

  const set = async ({ scenario, run }: Setting): Promise<void> => {
    for (const text of [`rootzero rehearse ${scenario} -- status`, ...RUNS[run]]) await runCommands([parseCommand(text)]);
  };

  return {
    worldFile: join(home, 'state', 'rootzero', 'rehearsal', 'world.json'),
    run: async ({ commands, setting }) => {
      if (setting !== null) await set(setting);
      return runCommands(commands);
    },
    close: () => rmSync(home, { recursive: true, force: true }),
  };
}
