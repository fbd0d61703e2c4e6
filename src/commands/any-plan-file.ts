/** Plan files of every kind. */
import * as z from 'zod';
import type { AnyPlan } from '../domain/any-plan.ts';
import { parseChangePlan } from './change-plan-file.ts';
import { parseGuardPlan } from './guard-plan-file.ts';
import { parseOrganizationPlan } from './organization-plan-file.ts';
import { parseJsonFile, parsePlan } from './plan-file.ts';

const kinds = z.looseObject({ kind: z.enum(['guard', 'changes', 'organization']) });
const PARSERS = { guard: parseGuardPlan, changes: parseChangePlan, organization: parseOrganizationPlan };

/** @throws Problem `plan/malformed`, `plan/other-schema`, `plan/tampered` */
export function parseAnyPlan(text: string, sha256: (text: string) => string): AnyPlan {
  const value = parseJsonFile(text);
  const kind = kinds.safeParse(value);
  return kind.success ? PARSERS[kind.data.kind](value, sha256) : parsePlan(text, sha256);
}
