// npm run load: makes mixed calls for ten minutes, at 80 % of what this machine can take, one in a hundred with a fault.
// Then it watches the Worker's memory for as long. `npm run load -- --minutes 1` is shorter. The files of tests/load say
// what must hold.
import { NODE22, main, run } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

main(async () => {
  await ready();
  await build();
  for (const part of ["run", "memory"]) await run(NODE22, ["--no-warnings", `tests/load/${part}.mjs`, ...process.argv.slice(2)]);
});
