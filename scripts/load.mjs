// npm run load: ten minutes of mixed calls at 80 % of what this machine can take, one in a hundred with a fault.
// `npm run load -- --minutes 1` runs shorter. tests/load/run.mjs says what must hold.
import { NODE22, main, run } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

main(async () => {
  await ready();
  await build();
  await run(NODE22, ["--no-warnings", "tests/load/run.mjs", ...process.argv.slice(2)]);
});
