/** The faults where a key signs itself, and where guardrails are more than one. */
import { defineFaults } from './faults.ts';

defineFaults(['self-key-two', 'management-account']);
