// The command line of a verb. What it does not know is refused with one sentence and its usage.
import { parseArgs } from "node:util";
import { EXIT } from "./exit.mjs";

/** The command line is wrong. */
export class Misuse extends Error {}

const spaces = (count) => " ".repeat(count);

/** The usage of a verb, as `--help` prints it. */
export function usage(verb) {
  if (verb.handed) return `Usage: mithril-edge ${verb.name} …\n\n${verb.summary}\n\nIt is \`npm run ${verb.old}\`, with the same options and exit codes; \`mithril-edge ${verb.name} --help\` prints them.`;
  const rows = [...(verb.arguments ?? []).map(([name, text]) => [name, text]), ...Object.entries(verb.options ?? {}).map(([name, { value, help }]) => [`--${name}${value ? ` ${value}` : ""}`, help]), ["--help", "prints this"]];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const table = rows.map(([name, text]) => `  ${name}${spaces(width - name.length)}${text.replaceAll("\n", `\n${spaces(width + 2)}`)}`);
  const about = verb.about ? `\n\n${verb.about.trim()}` : "";
  const examples = verb.examples ? `\n\n${verb.examples.map((line) => `  $ ${line}`).join("\n")}` : "";
  return `Usage: mithril-edge ${verb.name}${verb.line ? ` ${verb.line}` : ""} [options]\n\n${verb.summary}${about}\n\n${table.join("\n")}${examples}`;
}

/** Reads the arguments of a verb: { values, positionals }. Throws a Misuse; returns undefined when the help was asked for. */
export function parse(verb, args) {
  const options = Object.fromEntries(Object.entries(verb.options ?? {}).map(([name, { value, many }]) => [name, { type: value ? "string" : "boolean", ...(many && { multiple: true }) }]));
  const { values, positionals, tokens } = parseArgs({ args, options: { ...options, help: { type: "boolean", short: "h" } }, allowPositionals: true, strict: false, tokens: true });
  for (const { name, rawName, value, inlineValue } of tokens.filter(({ kind }) => kind === "option")) {
    const known = name === "help" ? { type: "boolean" } : Object.hasOwn(options, name) ? options[name] : undefined;
    if (!known) throw new Misuse(`There is no option ${rawName}.`);
    if (known.type === "boolean" && value !== undefined) throw new Misuse(`${rawName} takes no value.`);
    if (known.type === "string" && (value === undefined || (!inlineValue && /^-(?!\d|$)/.test(value)))) throw new Misuse(`${rawName} needs a value.`);
  }
  if (values.help) return undefined;
  const [least, most] = verb.takes ?? [0, 0];
  if (positionals.length > most) throw new Misuse(`"${positionals[most]}" is one argument too many.`);
  if (positionals.length < least) throw new Misuse("An argument is missing.");
  return { values, positionals };
}

/** Prints what is wrong with a command line, and ends with the code for it. */
export function misused(sentence, text) {
  process.stderr.write(`✖ ${sentence}\n\n${text}\n`);
  process.exitCode = EXIT.misused;
}
