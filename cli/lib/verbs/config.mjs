// Configuration as code: `export`, `plan` and `apply`.
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Stop, say } from "../../../scripts/lib/project.mjs";
import { Api, CALLER, Refused } from "../api.mjs";
import { Misuse } from "../args.mjs";
import { KINDS } from "../config/kinds.mjs";
import { steps, words } from "../config/plan.mjs";
import { deployed, fromFile, normal, text } from "../config/state.mjs";
import { EXIT } from "../exit.mjs";

const NAMES = KINDS.map(({ kind }) => kind);
const { url, json } = CALLER;
const prune = { help: "removes the records that the deployment has and the file has not, of the kinds that the file has" };

function kinds(only) {
  const asked = only === undefined ? NAMES : only.split(",");
  const wrong = asked.find((name) => !NAMES.includes(name));
  if (wrong !== undefined) throw new Misuse(`There is no kind "${wrong}". The kinds are ${NAMES.join(", ")}.`);
  return asked;
}

/** What a file asks of a deployment. */
async function compared(values, file) {
  const wanted = fromFile(file);
  const api = Api.of(values);
  const { state, context } = await deployed(api, Object.keys(wanted));
  return { api, state, context, all: steps(wanted, state) };
}

const asJson = (all, { prune: isPruned }) => JSON.stringify(all.filter(({ action }) => action !== "remove" || isPruned).map(({ action, kind, name, words: difference }) => ({ action, kind, name, difference })));
const counted = (all, { prune: isPruned }) => all.filter(({ action }) => action !== "remove" || isPruned);

export const exporting = {
  name: "export",
  summary: "Writes the configuration of a deployment as YAML.",
  about: `
Client types, roles, clients, connections (with their public keys, without secrets), access roles and access groups with their permissions, in a
stable order: the same state has the same bytes. cli/schema.json describes the file.`,
  options: { url, only: { value: "KINDS", help: `some kinds, with commas: ${NAMES.join(",")}` }, out: { value: "FILE", help: "writes the file; without it, stdout" } },
  examples: ["mithril-edge export --out mithril-edge.yaml"],
  async run({ values }) {
    const { state } = await deployed(Api.of(values), kinds(values.only));
    const content = text(state);
    if (values.out === undefined) process.stdout.write(content);
    else writeFileSync(values.out, content);
  },
};

export const planning = {
  name: "plan",
  line: "FILE",
  summary: "Shows in words what `apply` would change. Exits with 2 when the deployment differs from the file.",
  takes: [1, 1],
  arguments: [["FILE", "the YAML of `export`; \"-\" reads stdin"]],
  options: { url, json, prune },
  examples: ["mithril-edge plan mithril-edge.yaml || test $? -eq 2"],
  async run({ values, positionals: [file] }) {
    const { all, state } = await compared(values, file);
    console.log(values.json ? asJson(all, values) : words(all, state, values));
    return counted(all, values).length > 0 ? EXIT.drift : EXIT.ok;
  },
};

/** Asks before records are removed. */
async function confirmed(all, { prune: isPruned, yes }) {
  const removed = all.filter(({ action }) => action === "remove");
  if (!isPruned || removed.length === 0 || yes) return;
  if (!process.stdin.isTTY) throw new Stop(`--prune would remove ${removed.length} records, and nobody can be asked. Add --yes.`);
  const question = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await question.question(`Remove ${removed.length} records? Type "yes": `);
  question.close();
  if (answer.trim() !== "yes") throw new Stop("Nothing was changed.");
}

/** Makes one record what the file says. A change is under the tag of what the plan saw. */
async function make(api, { action, kind, there, value }, context) {
  const one = KINDS.find((known) => known.kind === kind);
  if (action === "create") return one.create(api, value, context);
  let etag;
  if (one.shape) {
    // A list has no tags, and a client's tag changes with its type. So the record is read again, and must be what the plan saw.
    const now = await api.call("GET", there.whole ?? there.path);
    if (JSON.stringify(normal(one.shape(now.json.data, context))) !== JSON.stringify(there.value)) throw new Refused(412, "");
    etag = now.headers.get("etag");
  }
  const headers = etag ? { "if-match": etag } : {};
  return action === "remove" ? one.remove(api, there, headers) : one.replace(api, there, value, headers, context);
}

export const applying = {
  name: "apply",
  line: "FILE",
  summary: "Makes a deployment what a file says.",
  about: `
Each record is changed whole or not at all, under If-Match, so a change that somebody made meanwhile is never overwritten
(412). It stops at the first record that is refused; run it again after mending, it goes on. Applied again, it changes
nothing. What the file does not have is left alone, unless --prune is given. A new connection gets a secret that nobody has
seen: \`mithril-edge secrets rotate\` makes one to hand over.`,
  takes: [1, 1],
  arguments: [["FILE", "the YAML of `export`; \"-\" reads stdin"]],
  options: { url, json, prune, yes: { help: "does not ask before records are removed" } },
  examples: ["mithril-edge apply mithril-edge.yaml"],
  async run({ values, positionals: [file] }) {
    const { api, all, state, context } = await compared(values, file);
    const made = counted(all, values);
    say(words(all, state, values));
    await confirmed(all, values);
    // What refers to others comes after them, and is removed before them.
    const order = (step) => (step.action === "remove" ? NAMES.length - NAMES.indexOf(step.kind) : -NAMES.length + NAMES.indexOf(step.kind));
    let done = 0;
    for (const step of [...made].sort((one, other) => order(one) - order(other))) {
      try {
        const answer = await make(api, step, context);
        if (step.kind === "client_types" && step.action === "create") context.typeIds.set(step.name, answer.json.data.id);
      } catch (error) {
        const why = error instanceof Refused && error.status === 412 ? "somebody has changed it since it was read; look at `plan` again" : error.message;
        throw Object.assign(new Stop(`${step.action} ${step.label} ${step.name}: ${why}\n${done} of ${made.length} changes are made. Run it again after mending this one.`), { exitCode: error.exitCode });
      }
      done += 1;
    }
    console.log(values.json ? asJson(all, values) : `✔ ${done} changes made`);
  },
};
