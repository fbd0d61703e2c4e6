/** The faults where root signs in on its own, or a person does at the console. */
import { defineFaults } from './faults.ts';

defineFaults(['flagged-account', 'two-keys'], ['key-in-use', 'reactivated', 'compromised', 'throttled', 'console-only', 'refused-session']);
