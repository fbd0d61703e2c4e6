/** The crash matrix of the hardest scenario: two keys, one of which signs. */
import { defineCrashMatrix } from './crash-matrix.ts';

defineCrashMatrix(['self-key-two']);
