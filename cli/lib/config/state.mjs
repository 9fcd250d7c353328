// The configuration of a deployment, and of a file: { kind: Map of name to record }.
import { readFileSync } from "node:fs";
import { LineCounter, parseDocument, stringify } from "yaml";
import { Stop } from "../../../scripts/lib/project.mjs";
import { KINDS } from "./kinds.mjs";
import { faults } from "./schema.mjs";

const VERSION = 1;
const HEAD = "# The configuration of mithril-edge. `mithril-edge plan FILE` compares it with a deployment, `apply` makes it so.\n# yaml-language-server: $schema=https://github.com/mithril-edge/mithril-edge/blob/main/cli/schema.json\n";

const byName = ([one], [other]) => (one < other ? -1 : one > other ? 1 : 0);

/** A value with the members of objects in the order of their names, except where a record's own order is given. */
function ordered(value) {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).sort(byName).map(([name, member]) => [name, ordered(member)]));
}

/** A record as it is written and compared: its own members first and in their order, objects inside by name. */
export const normal = (value) => Object.fromEntries(Object.entries(value).map(([name, member]) => [name, ordered(member)]));

/** Reads the kinds of a deployment. `only` are the kinds to read; without it, all. */
export async function deployed(api, only = KINDS.map(({ kind }) => kind)) {
  const state = {};
  const context = { types: new Map(), typeIds: new Map(), clients: [] };
  for (const kind of KINDS) {
    const isNeeded = only.includes(kind.kind) || (kind.kind === "client_types" && only.includes("clients")) || (kind.kind === "clients" && only.includes("connections"));
    if (!isNeeded) continue;
    const records = new Map();
    for await (const record of kind.read(api, context)) {
      records.set(record.name, { ...record, value: normal(record.value) });
      if (kind.kind === "client_types") [context.types, context.typeIds] = [context.types.set(record.id, record.name), context.typeIds.set(record.name, record.id)];
      if (kind.kind === "clients") context.clients.push(record.id);
    }
    if (only.includes(kind.kind)) state[kind.kind] = records;
  }
  return { state, context };
}

/** The text of a file for a state. The same state has the same bytes. */
export function text(state) {
  const content = { version: VERSION };
  for (const { kind } of KINDS) if (state[kind]) content[kind] = [...state[kind]].sort(byName).map(([, { value }]) => value);
  return HEAD + stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}

/** Reads a file: { kind: Map of name to { value } }. Stops with a line and a sentence when it is no configuration. */
export function fromFile(file) {
  let bytes;
  try {
    bytes = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file === "-" ? 0 : file));
  } catch (error) {
    throw new Stop(error.code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read as UTF-8.`);
  }
  const lines = new LineCounter();
  const document = parseDocument(bytes, { lineCounter: lines, uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new Stop(`${file}, line ${error.linePos?.[0].line ?? 1}: ${error.message.split("\n")[0]}`);
  const content = document.toJS({ maxAliasCount: 100 });
  const lineOf = (path) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const wrong = faults(content)[0];
  if (wrong) throw new Stop(`${file}, line ${lineOf(wrong.path)}: ${wrong.path.join(".") || "The file"} ${wrong.sentence}.`);
  const state = {};
  for (const { kind, name } of KINDS) {
    if (content[kind] === undefined) continue;
    state[kind] = new Map();
    for (const [at, value] of content[kind].entries()) {
      const key = name(value);
      if (state[kind].has(key)) throw new Stop(`${file}, line ${lineOf([kind, at])}: "${key}" comes a second time in ${kind}.`);
      const sorted = { ...value };
      for (const list of ["scope", "permissions"]) if (sorted[list]) sorted[list] = [...new Set(sorted[list])].sort();
      state[kind].set(key, { value: normal(sorted) });
    }
  }
  return state;
}
