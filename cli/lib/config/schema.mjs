// Checks a file against cli/schema.json, with as much of JSON Schema as that file uses. A library would be larger than this,
// and its messages are for developers.
import { readFileSync } from "node:fs";

const SCHEMA = JSON.parse(readFileSync(new URL("../../schema.json", import.meta.url), "utf8"));

const typeOf = (value) => (Array.isArray(value) ? "array" : value === null ? "null" : typeof value);

/** The words of the schema that this file understands. A test holds the schema to them. */
export const WORDS = {
  $ref: (ref, value, path) => check(SCHEMA.$defs[ref.replace("#/$defs/", "")], value, path),
  type: (type, value, path) => (typeOf(value) === type ? [] : [{ path, sentence: `must be ${type === "object" ? "a mapping" : type === "array" ? "a list" : `a ${type}`}` }]),
  const: (only, value, path) => (value === only ? [] : [{ path, sentence: `must be ${JSON.stringify(only)}` }]),
  enum: (all, value, path) => (all.includes(value) ? [] : [{ path, sentence: `must be one of ${all.join(", ")}` }]),
  minLength: (least, value, path) => (typeof value !== "string" || value.length >= least ? [] : [{ path, sentence: "must not be empty" }]),
  maxLength: (most, value, path) => (typeof value !== "string" || [...value].length <= most ? [] : [{ path, sentence: `must have at most ${most} characters` }]),
  pattern: (pattern, value, path) => (typeof value !== "string" || new RegExp(pattern, "u").test(value) ? [] : [{ path, sentence: `must fit ${pattern}` }]),
  required: (names, value, path) => (typeOf(value) === "object" ? names.filter((name) => value[name] === undefined).map((name) => ({ path, sentence: `needs "${name}"` })) : []),
  items: (schema, value, path) => (Array.isArray(value) ? value.flatMap((item, at) => check(schema, item, [...path, at])) : []),
  properties: (all, value, path) => (typeOf(value) === "object" ? Object.entries(all).flatMap(([name, schema]) => (value[name] === undefined ? [] : check(schema, value[name], [...path, name]))) : []),
};
/** Words that say nothing about a value. */
export const SILENT = ["$schema", "title", "description", "$defs", "additionalProperties"];

function check(schema, value, path) {
  const found = Object.entries(schema).flatMap(([word, is]) => WORDS[word]?.(is, value, path) ?? []);
  if (schema.additionalProperties === false && typeOf(value) === "object") {
    for (const name of Object.keys(value)) if (!Object.hasOwn(schema.properties, name)) found.push({ path: [...path, name], sentence: "is not known here" });
  }
  return found;
}

/** What is wrong with the content of a file: [{ path, sentence }]. */
export const faults = (content) => check(SCHEMA, content, []);
