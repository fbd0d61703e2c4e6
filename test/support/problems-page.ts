/** Renders runbooks/problems.md from the registry of problems. Knows the page's order and wording; the facts are the registry's. */
import { PROBLEMS } from '../../src/domain/problem-registry.ts';

/** The page's chapters, with the areas (the part of a code before the slash) that each gathers. */
const CHAPTERS: readonly { title: string; areas: readonly string[] }[] = [
  { title: 'Command line and files', areas: ['input', 'state', 'node'] },
  { title: 'Credentials and endpoints', areas: ['credentials', 'identity', 'member', 'survey', 'endpoint'] },
  { title: 'Answers from AWS', areas: ['aws', 'report', 'facts', 'keys'] },
  { title: 'Plans', areas: ['plan'] },
  { title: 'Runs', areas: ['run', 'organization', 'journal', 'step'] },
  { title: 'Soak, removal, rollback', areas: ['soak', 'console', 'delete', 'verify', 'rollback', 'compromise'] },
  { title: 'Guardrails', areas: ['guardrail', 'rollout', 'breakglass'] },
  { title: 'rootzero itself', areas: ['tool'] },
];

const WHOSE = { operator: 'operator', environment: 'surroundings', tool: 'rootzero' } as const;

const HEAD = `# Problems

Every problem that rootzero reports, by its code. Generated from the registry in the program; \`npx vitest run test/runbooks -u\` writes it anew.

**Whose** says where to mend it: with the operator (the command line, a permission, a decision), in the surroundings (AWS, the network, what
somebody else did), or in rootzero, which is a defect to report. In a terminal: \`rootzero runbook problems | grep CODE\`.
`;

const inCell = (text: string): string => text.replaceAll('|', String.raw`\|`);

/**
 * The page as Markdown; each code is an anchor.
 * @throws Error for a code whose area has no chapter
 */
export function renderProblemsPage(): string {
  const entries = Object.entries(PROBLEMS);
  const areaOf = (code: string): string => code.split('/', 1)[0] ?? code;
  const homeless = entries.find(([code]) => !CHAPTERS.some(({ areas }) => areas.includes(areaOf(code))));
  if (homeless !== undefined) throw new Error(`${homeless[0]} belongs to no chapter of runbooks/problems.md`);
  const chapters = CHAPTERS.map(({ title, areas }) => {
    const rows = entries
      .filter(([code]) => areas.includes(areaOf(code)))
      .map(([code, { summary, fault, exitCode, nextStep }]) => `| <a id="${code}"></a>\`${code}\` | ${inCell(summary)} | ${WHOSE[fault]} | ${exitCode} | ${inCell(nextStep)} |`);
    return [`## ${title}`, '', '| code | what happened | whose | exit | next |', '|---|---|---|---|---|', ...rows, ''].join('\n');
  });
  return [HEAD, ...chapters].join('\n');
}
