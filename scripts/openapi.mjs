// npm run openapi: writes public/openapi.json anew, from the route table, the docs.rs files and recorded answers.
// To be run and committed after a change of what the API takes or answers; a native test finds a stale one.
import { main, run, say, step } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";

main(async () => {
  await ready();
  step("Recording the answers of every documented call");
  await run("cargo", ["test", "--locked", "--quiet", "--test", "native", "openapi::the_committed_document"], { env: { WRITE_OPENAPI: "1" } });
  say("✔ public/openapi.json");
});
