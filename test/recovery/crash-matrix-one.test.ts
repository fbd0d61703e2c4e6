/** The first half of the crash matrix. */
import { defineCrashMatrix } from './crash-matrix.ts';

defineCrashMatrix(['flagged-account', 'two-keys', 'self-key', 'no-witness', 'compromised', 'govcloud', 'console-only']);
