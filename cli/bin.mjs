#!/usr/bin/env node
// mithril-edge: one command for moving in and for daily work.
import { Misuse, misused, parse, usage } from "./lib/args.mjs";
import { EXIT } from "./lib/exit.mjs";
import { overview } from "./lib/help.mjs";
import { VERBS } from "./lib/verbs/index.mjs";
import { say, told } from "../scripts/lib/project.mjs";

/** The verb that the arguments begin with: the longest name counts ("secrets rotate" before "secrets"). */
function verbOf(args) {
  const named = (verb) => verb.name.split(" ").every((word, at) => args[at] === word);
  return VERBS.filter(named).sort((one, other) => other.name.length - one.name.length)[0];
}

async function main(args) {
  if (args.length === 0 || ["--help", "-h", "help"].includes(args[0])) return void process.stdout.write(`${overview(args[1])}\n`);
  const verb = verbOf(args);
  if (!verb) {
    const within = VERBS.some(({ name }) => name.startsWith(`${args[0]} `));
    return misused(within ? `"${args.slice(0, 2).join(" ")}" is no command.` : `There is no command "${args[0]}".`, overview(within ? args[0] : undefined));
  }
  if (verb.handed) return void (process.exitCode = await verb.handed(args.slice(verb.name.split(" ").length)));
  try {
    const given = parse(verb, args.slice(verb.name.split(" ").length));
    if (!given) return void process.stdout.write(`${usage(verb)}\n`);
    const code = await verb.run(given);
    if (typeof code === "number") process.exitCode = code;
  } catch (error) {
    if (error instanceof Misuse) return misused(error.message, usage(verb));
    say(`\n✖ ${told(error)}`);
    process.exitCode = error.exitCode ?? EXIT.failed;
  }
}

await main(process.argv.slice(2));
