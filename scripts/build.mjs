// npm run build: builds the Worker (build/), the script of the reference page (public/docs/) and the console
// (public/console/), if anything has changed.
// The [build] command of wrangler.toml runs it as well.
import { commandLine } from "./lib/arguments.mjs";
import { main } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

const USAGE = `Usage: npm run build

Builds the Worker, the script of the reference page and the console, if anything has changed. It takes no arguments.`;

main(async () => {
  commandLine(USAGE);
  await ready();
  await build();
});
