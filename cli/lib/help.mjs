// The overview of all verbs, and docs/cli.md, which is made of the help.
import { usage } from "./args.mjs";
import { EXIT_CODES } from "./exit.mjs";
import { VERBS } from "./verbs/index.mjs";

const codes = () => EXIT_CODES.map(([code, text]) => `  ${String(code).padEnd(4)}${text}`).join("\n");

/** What `mithril-edge --help` prints; with the first word of some verbs, those verbs. */
export function overview(word) {
  const shown = VERBS.filter(({ name }) => word === undefined || name.split(" ")[0] === word);
  const list = shown.length > 0 ? shown : VERBS;
  const width = Math.max(...list.map(({ name }) => name.length)) + 2;
  const table = list.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`).join("\n");
  return `Usage: mithril-edge COMMAND [options]

${table}

\`mithril-edge COMMAND --help\` explains one. Messages go to stderr and results to stdout. Exit codes:

${codes()}`;
}

/** The text of docs/cli.md. */
export function page() {
  const sections = VERBS.map((verb) => `## ${verb.name}\n\n\`\`\`text\n${usage(verb)}\n\`\`\``);
  return `# The command line

\`npx mithril-edge\` moves clients in, keeps the configuration as a file, and does the daily work. This page is made of its
help: \`node cli/docs.mjs\` writes it again, and a test compares.

\`\`\`text
${overview()}
\`\`\`

${sections.join("\n\n")}
`;
}
