// Parts of a JSON file, one at a time, so that an export of any size needs little memory.
import { BadFile } from "./bad-file.mjs";
import { pieces } from "./lines.mjs";

const MAX_PART = 4 * 1024 * 1024;
const MAX_DEPTH = 64;

/** Whether a path (["clients", 3]) is what a pattern (["clients", "*"]) names: "*" is any place of an array, "?" any member. */
const fits = (pattern, path) => pattern.length === path.length && pattern.every((part, at) => (part === "*" ? typeof path[at] === "number" : part === "?" || part === path[at]));

/**
 * The values at places that a pattern names: { path, value, line }. Everything else is skipped. Its syntax is checked only as
 * far as brackets, quotes and commas go; the parts themselves are parsed.
 * @param {string} file @param {(string | number)[][]} patterns
 */
export async function* jsonParts(file, patterns) {
  const stack = []; // of { isArray, key, index }
  let [line, text, from] = [1, undefined, 1];
  let [isString, isEscaped, key, isKey] = [false, false, "", false];
  let isStarted = false;
  let partDepth = 0;
  const path = () => stack.map(({ isArray, key: name, index }) => (isArray ? index : name));
  const fail = (sentence) => new BadFile(file, line, sentence);

  function parsed() {
    try {
      return JSON.parse(text);
    } catch {
      throw new BadFile(file, from, "This is not JSON.");
    }
  }
  const isWanted = () => {
    const now = path();
    return patterns.some((pattern) => fits(pattern, now));
  };
  /** A value begins at this character. */
  const begin = () => {
    isStarted = true;
    if (text === undefined && isWanted()) [text, from, partDepth] = ["", line, stack.length];
  };
  for await (let piece of pieces(file)) {
    if (!isStarted && piece.startsWith("\ufeff")) piece = piece.slice(1);
    for (const char of piece) {
      if (char === "\n") line += 1;
      if (isString) {
        if (text !== undefined) text += char;
        else if (isKey) key += char;
        if (isEscaped) isEscaped = false;
        else if (char === "\\") isEscaped = true;
        else if (char === '"') {
          isString = false;
          if (isKey && text === undefined) stack.at(-1).key = JSON.parse(`"${key}`);
        } else if (char === "\n") throw fail("A text is not closed in its line.");
        if (text?.length > MAX_PART) throw fail("A record is longer than 4 MiB.");
        continue;
      }
      const top = stack.at(-1);
      const ends = char === "," || char === "}" || char === "]";
      if (ends && text !== undefined && stack.length === partDepth) {
        yield { path: path(), value: parsed(), line: from };
        text = undefined;
      }
      if (char === '"') {
        isKey = top !== undefined && !top.isArray && top.isNext;
        if (isKey) [key, top.isNext] = ["", false];
        else begin();
        isString = true;
      } else if (char === "{" || char === "[") {
        begin();
        stack.push({ isArray: char === "[", key: undefined, index: 0, isNext: char === "{" });
        if (stack.length > MAX_DEPTH) throw fail("The values are nested more than 64 deep.");
      } else if (char === "}" || char === "]") {
        if (!top || top.isArray !== (char === "]")) throw fail(`There is a ${char} that closes nothing.`);
        stack.pop();
      } else if (char === ",") {
        if (!top) throw fail("There is more than one JSON value.");
        if (top.isArray) top.index += 1;
        else top.isNext = true;
      } else if (!/[\s:]/.test(char)) begin();
      if (text !== undefined) text += char;
    }
  }
  if (!isStarted) throw fail("The file is empty.");
  if (text !== undefined && !isString && stack.length === 0) yield { path: [], value: parsed(), line: from };
  if (isString || stack.length > 0) throw fail("The file ends in the middle of a value. Copy it again.");
}
