// The options and arguments of every command. What a command does not know is refused with one sentence and its usage,
// and `--help` prints the usage. It has no dependencies, because set-up runs before anything is installed.
import { parseArgs } from "node:util";

/** Ends the process because the command was called wrongly. */
export function misused(sentence, usage) {
  process.stderr.write(`✖ ${sentence}\n\n${usage}\n`);
  process.exit(2);
}

/** What is wrong with one option. A value may begin with a minus sign when it is a number (`--expires-in -3000`). */
function problem({ name, rawName, value, inlineValue }, options) {
  if (!Object.hasOwn(options, name)) return `There is no option ${rawName}.`;
  if (options[name].type === "boolean") return value === undefined ? undefined : `${rawName} takes no value.`;
  const isAnotherOption = !inlineValue && /^-(?!\d)/.test(value ?? "");
  return value === undefined || isAnotherOption ? `${rawName} needs a value.` : undefined;
}

/**
 * Reads the command line: { values, positionals }. `options` are those of `parseArgs`; `least` and `most` say how many
 * arguments without a name there are. `usage` begins with "Usage: ". Ends the process for `--help` and for a mistake.
 */
export function commandLine(usage, { options = {}, least = 0, most = 0, args = process.argv.slice(2) } = {}) {
  const known = { ...options, help: { type: "boolean", short: "h" } };
  const { values, positionals, tokens } = parseArgs({ args, options: known, allowPositionals: true, strict: false, tokens: true });
  const wrong = tokens.filter(({ kind }) => kind === "option").map((token) => problem(token, known)).find(Boolean);
  if (wrong) misused(wrong, usage);
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  if (positionals.length > most) misused(`"${positionals[most]}" is one argument too many.`, usage);
  if (positionals.length < least) misused("An argument is missing.", usage);
  return { values, positionals };
}
