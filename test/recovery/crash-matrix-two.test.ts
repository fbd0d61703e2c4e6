/** The second half of the crash matrix. */
import { defineCrashMatrix } from './crash-matrix.ts';

defineCrashMatrix(['key-in-use', 'self-key-two', 'reactivated', 'management-account', 'member-account', 'throttled', 'govcloud-member']);
