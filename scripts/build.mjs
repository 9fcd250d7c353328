// npm run build, and the [build] command of wrangler.toml: the Worker in build/ and the page's
// script in public/docs/, only when something has changed.
import { main } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

main(async () => {
  await ready();
  await build();
});
