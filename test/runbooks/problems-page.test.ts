/** runbooks/problems.md says what the program says. */
import { expect, it } from 'vitest';
import { PROBLEMS } from '../../src/domain/problem-registry.ts';
import { renderProblemsPage } from '../support/problems-page.ts';

it('is the registry of problems, word for word (`-u` writes it anew)', async () => {
  await expect(renderProblemsPage()).toMatchFileSnapshot('../../runbooks/problems.md');
});

it('has one anchor for each code', () => {
  const anchors = [...renderProblemsPage().matchAll(/<a id="([^"]+)">/g)].map(([, code]) => code);
  expect(anchors).toHaveLength(Object.keys(PROBLEMS).length);
  expect(new Set(anchors)).toEqual(new Set(Object.keys(PROBLEMS)));
});
