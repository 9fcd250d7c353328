// npm run build: builds the Worker (build/) and the script of the reference page (public/docs/), if anything has changed.
// The [build] command of wrangler.toml runs it as well.
import { commandLine } from "./lib/arguments.mjs";
import { main } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

const USAGE = `Usage: npm run build

Builds the Worker and the script of the reference page, if anything has changed. It takes no arguments.`;

main(async () => {
  commandLine(USAGE);
  await ready();
  await build();
});
