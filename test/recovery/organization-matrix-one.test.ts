/** A run over an organization × its fault points, one half; two files, so that they run side by side. */
import { defineMatrix } from './organization-matrix.ts';

defineMatrix(0, 2);
