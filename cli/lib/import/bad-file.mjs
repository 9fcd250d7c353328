// A file that cannot be read as what it is said to be. It ends an import before anything is written.
import { basename } from "node:path";
import { Stop } from "../../../scripts/lib/project.mjs";

export class BadFile extends Stop {
  /** @param {string} file @param {number} line @param {string} sentence */
  constructor(file, line, sentence) {
    super(`${basename(file)}, line ${line}: ${sentence}\nNothing was written.`);
  }
}
