/** When CloudTrail was readable enough to call a soak proved. */
import { expect, it } from 'vitest';
import { iamEventRegion, isProvedBy } from '../../src/domain/soak-proof.ts';
import type { Coverage, RegionCoverage } from '../../src/domain/root-event.ts';
import { planOf, usageOf } from './plan-examples.ts';
import { at, EVERYTHING_READ } from './root-event-examples.ts';

const readable = (...regions: string[]): RegionCoverage[] => regions.map((region) => ({ region, readable: true, events: 0 }));
const denied = (...regions: string[]): RegionCoverage[] => regions.map((region) => ({ region, readable: false, because: 'aws/access-denied' }));
const coverageOf = (regions: RegionCoverage[], given: Partial<Coverage> = {}): Coverage => ({ ...EVERYTHING_READ, from: at('2026-11-24T12:00:00Z'), to: at('2026-11-25T14:15:00Z'), regions, ...given });
const planSeeing = (regions: RegionCoverage[]): ReturnType<typeof planOf> => planOf({ usage: { ...usageOf(), coverage: coverageOf(regions) }, decisions: { acceptUnprovedSoak: 'x' } });

it('is proved by every Region that the plan could read', () => {
  expect(isProvedBy(planSeeing(readable('us-east-1', 'eu-west-1')), coverageOf(readable('us-east-1', 'eu-west-1')))).toEqual({ isProved: true, unreadable: [] });
});

it('is not proved where a Region of the plan became unreadable, and names it', () => {
  const plan = planSeeing(readable('us-east-1', 'eu-west-1'));
  expect(isProvedBy(plan, coverageOf([...readable('us-east-1'), ...denied('eu-west-1')]))).toEqual({ isProved: false, unreadable: ['eu-west-1'] });
  expect(isProvedBy(plan, coverageOf(readable('us-east-1')))).toEqual({ isProved: false, unreadable: ['eu-west-1'] });
});

it('does not ask for a Region that nobody could read from the start', () => {
  const plan = planSeeing([...readable('us-east-1'), ...denied('eu-west-1')]);
  expect(isProvedBy(plan, coverageOf([...readable('us-east-1'), ...denied('eu-west-1')])).isProved).toBe(true);
});

it('always asks for the Region of IAM\'s events, even where the plan could not read it', () => {
  const plan = planSeeing(denied('us-east-1'));
  expect(isProvedBy(plan, coverageOf(denied('us-east-1')))).toEqual({ isProved: false, unreadable: ['us-east-1'] });
  expect(isProvedBy(plan, coverageOf(readable('us-east-1'))).isProved).toBe(true);
});

it('asks for the home Region of the plan\'s partition', () => {
  const plan = planSeeing([]);
  const inGovCloud = { ...plan, boundTo: { ...plan.boundTo, partition: 'aws-us-gov' as const } };
  expect(isProvedBy(inGovCloud, coverageOf(readable('us-gov-west-1'))).isProved).toBe(true);
  expect(isProvedBy(inGovCloud, coverageOf(readable('us-east-1'))).isProved).toBe(false);
  expect(iamEventRegion('aws-cn')).toBe('cn-north-1');
});

it('is not proved beyond the 90 days that Event history keeps', () => {
  const plan = planSeeing(readable('us-east-1'));
  const long = coverageOf(readable('us-east-1'), { from: at('2026-08-20T00:00:00Z') });
  expect(isProvedBy(plan, long)).toEqual({ isProved: false, unreadable: ['what is older than 90 days'] });
});
