// npm run setup: installs the Rust target, the pinned build tools and the Node packages, and makes local secrets.
// It may be repeated.
import { commandLine } from "./lib/arguments.mjs";
import { main } from "./lib/project.mjs";
import { setup } from "./lib/ready.mjs";

const USAGE = `Usage: npm run setup

Installs what is missing and makes local secrets. It takes no arguments, and it may be repeated.`;

main(() => {
  commandLine(USAGE);
  return setup();
});
