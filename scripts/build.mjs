// npm run build: builds the Worker (build/) and the script of the reference page (public/docs/), if anything has changed.
// The [build] command of wrangler.toml runs it as well.
import { main } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

main(async () => {
  await ready();
  await build();
});
