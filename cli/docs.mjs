// Writes docs/cli.md, which is made of the help of `mithril-edge`. A test compares.
import { writeFileSync } from "node:fs";
import { page } from "./lib/help.mjs";
import { at } from "../scripts/lib/project.mjs";

writeFileSync(at("docs", "cli.md"), page());
