/** The credential report: has it generated where needed, waits for it on the clock, reads it. Its text is report-text.ts. */
import { instantOf, SECOND_MS } from '../domain/instant.ts';
import { asProblem, problem, type Problem } from '../domain/problem.ts';
import type { CredentialReport } from '../domain/root-user.ts';
import type { Clock } from '../ports/clock.ts';
import type { CloudReader, Lane } from '../ports/cloud.ts';
import { parseAnswer, parsePresent, renamed } from './aws-errors.ts';
import type { Calls } from './calls.ts';
import type { Clients } from './clients.ts';
import { parseReportText } from './report-text.ts';

const IAM: Lane = { name: 'iam' };
const PAUSE_MS = SECOND_MS;
const LONGEST_WAIT_MS = 60 * SECOND_MS;

/** A report that is there may be read although this identity may not have a new one made, or although too many were asked for. */
const KEEPS_THE_OLD: ReadonlySet<string> = new Set(['aws/access-denied', 'aws/precondition']);

export function openReportReader(clients: Clients, calls: Calls, clock: Clock): Pick<CloudReader, 'readCredentialReport'> {
  /** True once a report is ready; `STARTED` and `INPROGRESS` are not (IAM API reference, GenerateCredentialReport). */
  const isGenerated = async (): Promise<boolean> => {
    const { client, sdk } = await clients.iam();
    const answer = await calls.read(IAM, 'iam:GenerateCredentialReport', () => client.send(new sdk.GenerateCredentialReportCommand({})));
    return parsePresent(answer.State, 'iam:GenerateCredentialReport', 'State') === 'COMPLETE';
  };

  const readReport = async (): Promise<CredentialReport> => {
    const operation = 'iam:GetCredentialReport';
    const { client, sdk } = await clients.iam();
    const answer = await calls.read(IAM, operation, () => client.send(new sdk.GetCredentialReportCommand({})));
    const content = parsePresent(answer.Content, operation, 'Content');
    const generated = parsePresent(answer.GeneratedTime, operation, 'GeneratedTime');
    const generatedAt = parseAnswer(operation, () => instantOf(generated.getTime()));
    return parseReportText(new TextDecoder().decode(content), generatedAt);
  };

  /** One round: the report, or why there is none yet. */
  const attempt = async (): Promise<CredentialReport | Problem> => {
    let refusal: Problem | undefined;
    try {
      if (!(await isGenerated())) return problem('report/not-ready');
    } catch (error) {
      refusal = asProblem(error);
      if (!KEEPS_THE_OLD.has(refusal.code)) throw refusal;
    }
    try {
      return await readReport();
    } catch (error) {
      const missing = asProblem(error);
      if (missing.code !== 'report/absent' && missing.code !== 'report/not-ready') throw missing;
      if (refusal?.code === 'aws/access-denied') throw renamed('report/absent', refusal);
      return missing;
    }
  };

  return {
    readCredentialReport: async () => {
      const givesUpAt = clock.now() + LONGEST_WAIT_MS;
      for (;;) {
        const outcome = await attempt();
        if (!(outcome instanceof Error)) return outcome;
        if (clock.now() + PAUSE_MS > givesUpAt) throw problem('report/not-ready', { detail: `Waited ${LONGEST_WAIT_MS / SECOND_MS} s.`, cause: outcome });
        await clock.sleep(PAUSE_MS);
      }
    },
  };
}
