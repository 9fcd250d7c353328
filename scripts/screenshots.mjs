// npm run screenshots: builds, and makes the pictures of the console in docs/images/ anew.
import { commandLine } from "./lib/arguments.mjs";
import { ensureChromium } from "./lib/chromium.mjs";
import { NODE22, main, run } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

const USAGE = `Usage: npm run screenshots

Makes the pictures of the console in docs/images/ from the sample data. It takes no arguments.`;

main(async () => {
  commandLine(USAGE);
  await ready();
  await ensureChromium();
  await build();
  await run(NODE22, ["--no-warnings", "tests/console/screenshots.mjs"], { env: { WRANGLER_LOG: "warn" } });
});
