// The examples of tests/documents, for the built Worker. tests/documents/README.md says how they are written, and
// tests/documents/run.rs and matching.rs do the same natively.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keys, mint, strangerKey } from "./keys.mjs";

const FOLDER = fileURLToPath(new URL("../../documents", import.meta.url));
const read = (name) => readFileSync(join(FOLDER, name), "utf8");

export const STATE = read("state.sql");
const STEPS = JSON.parse(read("steps.json"));

/** Every section: { file, heading, examples }. */
export const sections = () =>
  readdirSync(join(FOLDER, "data"), { recursive: true })
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((file) => ({ file, ...JSON.parse(read(join("data", file))) }));

/** Whether the Worker as it was started can answer it: no settings, rows, faults or times of its own. */
export const isPlain = (example) =>
  !example.pending && !example.settings && !example.state && !example.fault && !calls(example).some((call) => call.seconds_later);

const calls = ({ given = [], before = [], call, after = [] }) => [...given.map((name) => STEPS[name]), ...before, call, ...after];

/** The value with each {name} of its texts replaced. %{…} is a text of the documents. */
function fill(value, names) {
  if (typeof value === "string") {
    return value.replace(/(?<!%)\{([^}]+)\}/g, (_, name) => {
      if (!(name in names)) throw new Error(`nothing is saved as ${name}: ${value}`);
      return names[name];
    });
  }
  if (Array.isArray(value)) return value.map((one) => fill(one, names));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, names)]));
}

function authorization(caller, names) {
  if (caller.basic) return `Basic ${Buffer.from(fill(caller.basic, names)).toString("base64")}`;
  if (caller.bearer) return `Bearer ${fill(caller.bearer, names)}`;
  const { type, client, user = "user-1", scope = "", broken } = caller;
  const claims = { sub: user, scope, ...(type && { client_type: type }), ...(client && { client_id: client }) };
  if (broken === "stranger") return `Bearer ${mint(claims, { key: strangerKey, header: { kid: keys.ES256.kid } })}`;
  return `Bearer ${mint(claims, { expiresIn: broken === "expired" ? -3600 : 600 })}`;
}

const pairs = (fields, names) => new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, fill(value, names)])).toString();

function send(worker, call, names) {
  const [method, pattern] = call.send.split(" ");
  const path = fill(pattern, names);
  const headers = { ...(call.caller && { authorization: authorization(call.caller, names) }) };
  for (const [name, value] of Object.entries(call.headers ?? {})) headers[name] = fill(value, names);
  let body;
  if (call.json !== undefined) [headers["content-type"], body] = ["application/json", JSON.stringify(fill(call.json, names))];
  if (call.text !== undefined) [headers["content-type"], body] = ["application/json", call.text];
  if (call.form) [headers["content-type"], body] = ["application/x-www-form-urlencoded", pairs(call.form, names)];
  const query = call.query ? `?${pairs(call.query, names)}` : "";
  return worker.fetch(path + query, { method, headers, body });
}

const at = (json, pointer) => pointer.split("/").slice(1).reduce((value, name) => value?.[name], json);

/** What the answers to an example's calls differ in: the first call that differs, in words. */
export async function differences(worker, example) {
  const names = {};
  for (const call of calls(example)) {
    const answer = await send(worker, call, names);
    const { origin, pathname } = new URL(answer.url);
    Object.assign(names, { origin, path: pathname, url: answer.url });
    for (const [name, pointer] of Object.entries(call.save ?? {})) names[name] = String(at(answer.json, pointer));
    const found = compare(call.answer, answer, names);
    if (found.length > 0) return found.map((one) => `${call.send}: ${one}`);
  }
  return [];
}

function compare(documented, answer, names) {
  if (answer.status !== documented.status) return [`status: the document has ${documented.status}, the answer ${answer.status} ${answer.text}`];
  const headers = Object.entries(documented.headers ?? {}).flatMap(([name, value]) => compareValues(fill(value, names), answer.headers.get(name), name));
  if (documented.body === undefined) return headers;
  if (documented.body === "<nothing>") return answer.text === "" ? headers : [...headers, `the document has no body, the answer ${answer.text}`];
  return [...headers, ...compareValues(fill(documented.body, names), answer.json, "")];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isText = (value) => typeof value === "string";
const KINDS = {
  any: () => true,
  text: (value) => isText(value) && value !== "",
  string: isText,
  uuid: (value) => isText(value) && UUID.test(value),
  guid: (value) => isText(value) && UUID.test(value.toLowerCase()) && value === value.toUpperCase(),
  time: (value) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value),
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
  list: Array.isArray,
  jwt: (value) => isText(value) && /^eyJ[^.]*\.[^.]*\.[^.]*$/.test(value),
};

function isKind(kind, value) {
  if (kind.startsWith("has ")) return isText(value) && value.includes(kind.slice(4));
  if (kind.startsWith("now")) return KINDS.integer(value); // the clock is not ours here
  if (!KINDS[kind]) throw new Error(`there is no kind <${kind}>`);
  return KINDS[kind](value);
}

function compareValues(documented, answered, place) {
  if (KINDS.object(documented) && KINDS.object(answered)) {
    const named = Object.entries(documented).filter(([name]) => name !== "...");
    const found = named.flatMap(([name, value]) => {
      const bare = name.replace(/\?$/, "");
      if (Object.hasOwn(answered, bare)) return compareValues(value, answered[bare], `${place}/${bare}`);
      return name === bare ? [`${place}/${name}: the answer has no such member`] : [];
    });
    const known = new Set(named.map(([name]) => name.replace(/\?$/, "")));
    const more = "..." in documented ? [] : Object.keys(answered).filter((name) => !known.has(name));
    return [...found, ...more.map((name) => `${place}/${name}: is not in the document`)];
  }
  if (Array.isArray(documented) && Array.isArray(answered)) {
    const isOpen = documented.at(-1) === "<more>";
    const items = isOpen ? documented.slice(0, -1) : documented;
    const isLength = isOpen ? answered.length >= items.length : answered.length === items.length;
    const found = isLength ? [] : [`${place}: the document has ${items.length} items, the answer ${answered.length}`];
    return [...found, ...items.slice(0, answered.length).flatMap((item, index) => compareValues(item, answered[index], `${place}/${index}`))];
  }
  if (isText(documented) && /^<.*>$/.test(documented)) return isKind(documented.slice(1, -1), answered) ? [] : [`${place}: ${JSON.stringify(answered)} is not ${documented}`];
  return documented === answered ? [] : [`${place}: the document has ${JSON.stringify(documented)}, the answer ${JSON.stringify(answered)}`];
}
