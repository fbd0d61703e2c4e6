/** The crash matrix: one scenario at each `npm test`, all of them with CRASH_MATRIX=all (`npm run test:matrix`). */
import { defineCrashMatrix } from './crash-matrix.ts';

const OTHERS = ['two-keys', 'self-key', 'no-witness', 'compromised', 'govcloud', 'key-in-use', 'reactivated', 'management-account', 'member-account', 'throttled'];

defineCrashMatrix(['flagged-account', ...(process.env['CRASH_MATRIX'] === 'all' ? OTHERS : [])]);
