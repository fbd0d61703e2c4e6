/** Every call to AWS goes through here: its lane, its errors as Problems, and the check that AWS itself answered. */
import type { MetadataBearer } from '@smithy/types';
import { problem } from '../domain/problem.ts';
import type { CallPolicy, Lane } from '../ports/cloud.ts';
import { parsePresent, toProblem } from './aws-errors.ts';

type Send = <Output extends MetadataBearer>(lane: Lane, operation: string, send: () => Promise<Output>) => Promise<Output>;
/** `read` may be repeated freely, `write` only where nothing happened (see CallPolicy). Operations are named `iam:ListAccessKeys`. */
export type Calls = { read: Send; write: Send };

/** @param signInCommand told to people when the credentials have expired */
export function openCalls(policy: CallPolicy, signInCommand: string | null): Calls {
  const callAs = (effect: 'read' | 'write'): Send => (lane, operation, send) =>
    policy.run(lane, effect, async () => {
      try {
        const output = await send();
        // AWS gives every answer a request id; the page of a proxy has none, and an empty answer would read as success.
        parsePresent(output.$metadata.requestId, operation, 'request id');
        return output;
      } catch (error) {
        throw toProblem(error, operation, signInCommand);
      }
    });
  return { read: callAs('read'), write: callAs('write') };
}

export type Page<Item> = { items: Item[]; next: string | undefined };

/** Pages one after the other; empty pages with a token are legal (Organizations API reference, ListAccounts). @throws Problem when a token repeats */
export async function* readPages<Item>(operation: string, readPage: (token: string | undefined) => Promise<Page<Item>>): AsyncGenerator<Item[]> {
  let token: string | undefined;
  do {
    const page: Page<Item> = await readPage(token);
    yield page.items;
    if (page.next !== undefined && page.next === token) throw problem('aws/unreadable-answer', { detail: `${operation}: the same page token came twice.` });
    token = page.next;
  } while (token !== undefined);
}

/** The items of all pages. */
export async function readAll<Item>(operation: string, readPage: (token: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of readPages(operation, readPage)) items.push(...page);
  return items;
}
