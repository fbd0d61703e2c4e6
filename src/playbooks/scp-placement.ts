/** Whether a service control policy can go onto a target, and what stands in its way. Read-only. */
import { isSamePolicy, minifyPolicy, SCP_MAX_CHARACTERS, SCP_SLOTS_PER_TARGET, type ServiceControlPolicy } from '../domain/guardrail.ts';
import type { Blocker, PlannedScp } from '../domain/plan.ts';
import { problem } from '../domain/problem.ts';
import { locksOutAssumedRoot } from '../domain/scp-effect.ts';
import type { CloudReader } from '../ports/cloud.ts';

export type ScpWish = { name: string; description: string; policyText: string };

export type Placement = { blocker: Blocker } | { guardrail: PlannedScp; attached: ServiceControlPolicy[]; isAttached: boolean };

const block = (code: Blocker['code'], text: string): Placement => ({ blocker: { code, text } });

/** @param leaveOut the option that does without the policy, for whoever cannot have it */
export async function placeScp(reader: CloudReader, { name, description, policyText }: ScpWish, targetId: string, leaveOut: string): Promise<Placement> {
  const content = minifyPolicy(policyText);
  if (content.length > SCP_MAX_CHARACTERS) return block('guardrail/too-long', `${content.length} of ${SCP_MAX_CHARACTERS} characters.`);
  if (locksOutAssumedRoot(content) !== 'no') throw problem('tool/defect', { detail: `The shipped SCP ${name} would lock out assumed-root sessions.` });
  if (!(await reader.isScpEnabled())) return block('guardrail/scp-not-enabled', `Enable service control policies, or ${leaveOut}.`);
  const target = await reader.readOrganizationTarget(targetId);
  if (target.kind === 'root') return block('guardrail/target-unknown', 'The root of the organization is too wide for a first attachment.');
  const attached = await reader.readAttachedPolicies(target.id);
  const existing = await reader.findServiceControlPolicy(name);
  if (existing !== null && !isSamePolicy(existing.content, content)) {
    return block('guardrail/name-taken', `Policy ${name} (${existing.id}) there: ${existing.content} — here: ${content}`);
  }
  const isAttached = existing !== null && attached.some((policy) => policy.id === existing.id);
  if (!isAttached && attached.length >= SCP_SLOTS_PER_TARGET) return block('guardrail/no-slot', `${attached.length} of ${SCP_SLOTS_PER_TARGET} slots of ${target.id} are taken.`);
  return { guardrail: { name, description, content, existingId: existing?.id ?? null, target }, attached, isAttached };
}
