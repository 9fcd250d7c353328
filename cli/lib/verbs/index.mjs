// The verbs of the command line, in the order of the help.
import { applying, exporting, planning } from "./config.mjs";
import { DAILY } from "./daily.mjs";
import { HOUSE } from "./house.mjs";
import { importing } from "./import.mjs";
import { SESSION } from "./login.mjs";
import { WHY } from "./why.mjs";

export const VERBS = [importing, exporting, planning, applying, ...SESSION, ...DAILY, ...WHY, ...HOUSE];
