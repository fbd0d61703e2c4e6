/** The faults of accounts in which root signs in on its own. */
import { defineFaults } from './faults.ts';

defineFaults(['flagged-account', 'two-keys']);
