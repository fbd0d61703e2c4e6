/** The documents that `rootzero check` can write, each loaded when it is asked for. */
import { problem } from '../domain/problem.ts';
import { printableJson } from '../domain/printable-json.ts';
import type { CheckReport } from '../report/check-report.ts';
import type { OrganizationReport } from '../report/organization-report.ts';

export const DOCUMENTS = ['json', 'sarif', 'junit', 'ocsf', 'markdown'] as const;
export type DocumentFormat = (typeof DOCUMENTS)[number];

export const isDocument = (format: string): format is DocumentFormat => DOCUMENTS.some((known) => known === format);

export async function renderDocument(format: DocumentFormat, report: CheckReport): Promise<string> {
  switch (format) {
    case 'json': return printableJson(report, true);
    case 'sarif': return (await import('../report/sarif.ts')).renderSarif(report);
    case 'junit': return (await import('../report/junit.ts')).renderJunit(report);
    case 'ocsf': return (await import('../report/ocsf.ts')).renderOcsf(report);
    case 'markdown': return (await import('../report/markdown.ts')).renderMarkdown(report);
  }
}

/** The same of a whole organization. */
export async function renderOrganizationDocument(format: DocumentFormat, report: OrganizationReport): Promise<string> {
  switch (format) {
    case 'json': return printableJson(report, true);
    case 'sarif': return (await import('../report/sarif.ts')).renderOrganizationSarif(report);
    case 'junit': return (await import('../report/junit.ts')).renderOrganizationJunit(report);
    case 'ocsf': return (await import('../report/ocsf.ts')).renderOrganizationOcsf(report);
    case 'markdown': return (await import('../report/organization-markdown.ts')).renderOrganizationMarkdown(report);
  }
}

export type AlsoRequest = { format: DocumentFormat; path: string };

/** `sarif=root.sarif`. @throws Problem `input/usage` */
export function parseAlso(text: string): AlsoRequest {
  const [, format = '', path = ''] = /^([a-z]+)=(.+)$/s.exec(text) ?? [];
  if (isDocument(format)) return { format, path };
  throw problem('input/usage', { detail: `--also takes FORMAT=FILE, with a format out of ${DOCUMENTS.join(', ')}; not ${JSON.stringify(text)}.` });
}
