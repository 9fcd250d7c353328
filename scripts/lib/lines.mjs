// The lines of files, one at a time. `readline` and `compose` can lose the error of their input: a file that ends too early would
// then end the process with an error that nobody caught.
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { Stop } from "./project.mjs";

async function* linesOfFile(file) {
  const bytes = createReadStream(file);
  let stream = bytes;
  if (file.endsWith(".gz")) {
    stream = createGunzip();
    bytes.on("error", (error) => stream.destroy(error)).pipe(stream);
  }
  let rest = "";
  for await (const text of stream.setEncoding("utf8")) {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) yield line.replace(/\r$/, "");
  }
  if (rest !== "") yield rest.replace(/\r$/, "");
}

/** The lines of all files, in their order. A name that ends in .gz is decompressed. A broken one is a `Stop`. */
export async function* linesOf(files) {
  for (const file of files) {
    try {
      yield* linesOfFile(file);
    } catch (error) {
      // What the file system refuses has a sentence already (`told`).
      throw error.syscall ? Object.assign(error, { path: file }) : new Stop(`${file} cannot be read: ${error.message}`);
    }
  }
}
