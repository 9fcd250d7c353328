// The verbs of the command line.
import { applying, exporting, planning } from "./config.mjs";
import { importing } from "./import.mjs";

export const VERBS = [importing, exporting, planning, applying];
