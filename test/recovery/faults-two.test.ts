/** The faults where a key signs itself, and where there is an organization. */
import { defineFaults } from './faults.ts';

defineFaults(['self-key-two', 'management-account'], ['self-key', 'no-witness', 'govcloud', 'govcloud-member', 'member-account']);
