// npm run mutate: drops each guard in turn from a copy of the sources, runs the native tests, and names each guard whose
// loss no test notices. `-- --list` lists the mutants and fails when one
// is out of date; `-- --only NAME` runs those whose name contains NAME.
import { commandLine } from "./lib/arguments.mjs";
import { MUTANTS, checkUnmutated, copySources, mutated, notice, withMutant } from "./lib/mutants.mjs";
import { at, Stop, main, say, step } from "./lib/project.mjs";
import { withLock } from "./lib/lock.mjs";

const USAGE = `Usage: npm run mutate -- [--list] [--only NAME]

  --list         lists the mutants, and fails when one is out of date
  --only NAME    only the mutants whose name contains NAME`;

/** One line about a mutant; `true` when it was noticed. */
async function tryOut(mutant) {
  const { problem, failed } = await withMutant(mutant, () => notice(mutant));
  if (problem) say(`✖ ${mutant.name}: it does not compile\n${problem}`);
  else if (failed.length === 0) say(`✖ ${mutant.name}: it survives`);
  else say(`✔ ${mutant.name}: ${failed[0]}${failed.length > 1 ? ` and ${failed.length - 1} more` : ""}`);
  return !problem && failed.length > 0;
}

main(async () => {
  const { values } = commandLine(USAGE, { options: { only: { type: "string" }, list: { type: "boolean" } } });
  const chosen = MUTANTS.filter(({ name }) => name.includes(values.only ?? ""));
  if (chosen.length === 0) throw new Stop(`No mutant is called ${values.only}. \`npm run mutate -- --list\` names them.`);

  const outdated = chosen.flatMap((mutant) => {
    try {
      mutated(mutant);
      return [];
    } catch (error) {
      say(`✖ ${error.message}`);
      return [mutant];
    }
  });
  if (values.list) {
    console.log(chosen.map(({ name, file }) => `${name} (${file})`).join("\n"));
    if (outdated.length > 0) throw new Stop(`${outdated.length} mutants are out of date.`);
    return;
  }
  await withLock(at("target", "mutate", "lock"), "the mutants", async () => {
    await copySources();
    step("All native tests on the copy without a mutant");
    await checkUnmutated();
    step(`${chosen.length} mutants`);
    const missed = [];
    for (const mutant of chosen.filter((mutant) => !outdated.includes(mutant))) {
      if (!(await tryOut(mutant))) missed.push(mutant);
    }
    const bad = missed.length + outdated.length;
    say(`\n${chosen.length} mutants: ${chosen.length - bad} noticed, ${missed.length} not, ${outdated.length} out of date`);
    if (bad > 0) throw new Stop("Write a native test for each guard whose loss no test notices; mend what is out of date.");
  });
});
