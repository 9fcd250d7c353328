// A Bruno collection (usebruno.com) made from the OpenAPI document: a folder for the story of docs/tokens.md, to be run
// from top to bottom, then a folder for each tag with a request for each operation.
import { STORY } from "./bruno-story.mjs";

const indented = (text) => text.split("\n").map((line) => (line === "" ? "" : `  ${line}`)).join("\n");
const block = (name, text) => `${name} {\n${indented(text)}\n}\n`;
const pairs = (object) => Object.entries(object).map(([key, value]) => `${key}: ${value}`).join("\n");

const BODIES = { json: ["json", "body:json"], form: ["formUrlEncoded", "body:form-urlencoded"] };

/** The text of one .bru file. */
export function request({ name, method, url, auth = "inherit", basic, bearer, path = {}, query = {}, json, form, headers = {}, tests = {}, script, docs }, seq) {
  const kind = json !== undefined ? "json" : form !== undefined ? "form" : undefined;
  const [body, bodyBlock] = BODIES[kind] ?? ["none"];
  const blocks = [
    block("meta", pairs({ name, type: "http", seq })),
    block(method, pairs({ url, body, auth: basic ? "basic" : bearer ? "bearer" : auth })),
    Object.keys(query).length > 0 && block("params:query", pairs(query)),
    Object.keys(path).length > 0 && block("params:path", pairs(path)),
    Object.keys(headers).length > 0 && block("headers", pairs(headers)),
    basic && block("auth:basic", pairs(basic)),
    bearer && block("auth:bearer", pairs({ token: bearer })),
    kind && block(bodyBlock, kind === "json" ? JSON.stringify(json, null, 2) : pairs(form)),
    Object.keys(tests).length > 0 && block("assert", pairs(tests)),
    script && block("script:post-response", script),
    docs && block("docs", docs),
  ];
  return blocks.filter(Boolean).join("\n");
}

const folder = (name, seq) => `${block("meta", pairs({ name, seq }))}\n${block("auth", pairs({ mode: "inherit" }))}`;

/** What a parameter is in the first example, or in its schema. */
function example({ example: one, examples, schema = {} }) {
  const value = one ?? Object.values(examples ?? {})[0]?.value ?? schema.example ?? schema.examples?.[0] ?? schema.default ?? "";
  return String(value);
}

/** A body whose client and secret are those that the token story made, in place of the example's. */
const withStory = (body) => JSON.parse(JSON.stringify(body, (_, value) => (value?.client_secret ? { ...value, client_id: "{{client_id}}", client_secret: "{{secret}}" } : value)));

/** The request of an operation. A parameter of the query begins with `~`: it is there, and not sent until it is ticked. */
function fromOperation(document, path, method, item, operation) {
  const resolved = (one) => (one.$ref ? one.$ref.slice(2).split("/").reduce((place, key) => place[key], document) : one);
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolved);
  const of = (place) => parameters.filter((one) => one.in === place);
  const content = Object.entries(operation.requestBody ? (resolved(operation.requestBody).content ?? {}) : {})[0];
  const body = content && withStory(Object.values(content[1].examples ?? {})[0]?.value ?? content[1].example ?? {});
  const hasSecret = JSON.stringify(body ?? "").includes("{{secret}}");
  const schemes = (operation.security ?? []).flatMap((requirement) => Object.keys(requirement));
  return {
    name: operation.summary,
    method,
    url: `{{url}}${path.replace(/\{(\w+)\}/g, ":$1")}`,
    auth: schemes.includes("token") ? "inherit" : "none",
    ...(schemes.includes("client") && !schemes.includes("token") && !hasSecret && { basic: { username: "{{client_id}}", password: "{{secret}}" } }),
    path: Object.fromEntries(of("path").map((one) => [one.name, example(one)])),
    query: Object.fromEntries(of("query").map((one) => [one.required ? one.name : `~${one.name}`, example(one)])),
    ...(content && (content[0].includes("form") ? { form: body } : { json: body })),
    docs: operation.description,
  };
}

/** The files of the collection: { "folder/name.bru": text }. */
export function collection(document) {
  const files = {
    "bruno.json": `${JSON.stringify({ version: "1", name: document.info.title, type: "collection" }, null, 2)}\n`,
    "collection.bru": `${block("auth", pairs({ mode: "bearer" }))}\n${block("auth:bearer", pairs({ token: "{{token}}" }))}\n${block("docs", "Paste the token that `npm start` prints into the variable `token` of the environment `local`. Then run the first folder.")}`,
    "environments/local.bru": `${block("vars", pairs({ url: "http://localhost:8787" }))}\nvars:secret [\n  token\n]\n`,
  };
  const story = "01 The token story";
  files[`${story}/folder.bru`] = folder("The token story", 1);
  STORY.forEach((step, at) => (files[`${story}/${String(at + 1).padStart(2, "0")} ${step.name}.bru`] = request(step, at + 1)));
  document.tags.forEach(({ name: tag }, nth) => {
    const place = `${String(nth + 2).padStart(2, "0")} ${tag.replace(/[^\w ]/g, "")}`;
    files[`${place}/folder.bru`] = folder(tag, nth + 2);
    let seq = 0;
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(item)) {
        if (operation.tags?.[0] !== tag) continue;
        seq += 1;
        files[`${place}/${operation.operationId}.bru`] = request(fromOperation(document, path, method, item, operation), seq);
      }
    }
  });
  return files;
}
