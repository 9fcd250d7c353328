// Writes docs/cli.md, which is made of the help of `mithril-edge`. A test compares.
import { writeFileSync } from "node:fs";
import { page } from "../cli/lib/help.mjs";
import { at } from "./lib/project.mjs";

writeFileSync(at("docs", "cli.md"), page());
