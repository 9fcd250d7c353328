// npm run load: makes mixed calls for ten minutes, at 80 % of what this machine can take, one in a hundred with a fault.
// Then it watches the Worker's memory for as long. `npm run load -- --minutes 1` is shorter. The files of tests/load say
// what must hold.
import { commandLine, misused } from "./lib/arguments.mjs";
import { NODE22, main, run } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";

const USAGE = `Usage: npm run load -- [--minutes N]

  --minutes N    how long each of the two parts takes, from 0.2 to 60 (default 10)`;

main(async () => {
  const { minutes = "10" } = commandLine(USAGE, { options: { minutes: { type: "string" } } }).values;
  if (!(Number(minutes) >= 0.2 && Number(minutes) <= 60)) misused(`--minutes is a number from 0.2 to 60, not "${minutes}".`, USAGE);
  await ready();
  await build();
  for (const part of ["run", "memory"]) await run(NODE22, ["--no-warnings", `tests/load/${part}.mjs`, "--minutes", minutes]);
});
