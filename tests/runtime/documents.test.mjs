// The examples of the documents (tests/documents), sent to the built Worker: all of the published pages, those that only
// the Worker answers, and the first one of every other section. The native tests send the rest.
import assert from "node:assert/strict";
import { after, before, beforeEach } from "node:test";
import { STATE, differences, isPlain, sections } from "./support/documents.mjs";
import { test } from "./support/signals.mjs";
import { startWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startWorker({ fixture: STATE })));
after(() => worker?.stop());
beforeEach(() => worker.reset());

for (const { file, heading, examples } of sections()) {
  const plain = examples.filter(isPlain);
  const isSent = (example, index) => index === 0 || file.startsWith("seeds/") || example.only === "worker";
  for (const example of plain.filter(isSent)) {
    test(`${file} (${heading}): ${example.name}`, async () => assert.deepEqual(await differences(worker, example), []));
  }
  for (const example of examples.filter(({ only, pending }) => only === "worker" && pending)) {
    test(`${file} (${heading}): ${example.name} is pending, and fails when it passes`, async () => assert.notDeepEqual(await differences(worker, example), []));
  }
}
