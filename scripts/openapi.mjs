// npm run openapi: writes public/openapi.json, and those of one dialect, from the route table, the crate openapi/ and recorded answers, and bruno/ from it.
// Run it after a change of what the API takes or answers, and commit both. A native test fails when it is stale.
import { writeCollection } from "./bruno.mjs";
import { commandLine } from "./lib/arguments.mjs";
import { main, run, say, step } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";

const USAGE = `Usage: npm run openapi

Writes public/openapi.json, and those of one dialect, from the routes and recorded answers, and the Bruno collection from it. It takes no arguments.`;

main(async () => {
  commandLine(USAGE);
  await ready();
  step("Recording the answers to every documented call");
  await run("cargo", ["test", "--locked", "--quiet", "--test", "native", "openapi::the_committed_document"], { env: { WRITE_OPENAPI: "1" } });
  say("✔ wrote public/openapi.json, openapi.mithril.json, openapi.endpoint.json");
  writeCollection();
});
