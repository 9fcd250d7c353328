// A reporter of node:test that writes the totals of a whole run as JSON. It counts tests, not files or suites.

export default async function* totals(events) {
  const found = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    const isTest = (type === "test:pass" || type === "test:fail") && data.details?.type !== "suite";
    if (!isTest) continue;
    if (data.skip !== undefined || data.todo !== undefined) found.skipped += 1;
    else found[type === "test:pass" ? "passed" : "failed"] += 1;
  }
  yield JSON.stringify(found);
}
