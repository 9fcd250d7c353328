// The changelog and the manifests speak of one version. Needs no Worker.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { at } from "../../scripts/lib/project.mjs";

const text = (...path) => readFileSync(at(...path), "utf8");
const json = (...path) => JSON.parse(text(...path));
const packageVersion = (toml) => /^\[package\]$[^[]*?^version = "(.*)"$/m.exec(toml)?.[1];

test("the newest release of the changelog is the version of every manifest, with its date, below what is unreleased", () => {
  const headings = [...text("CHANGELOG.md").matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  assert.equal(headings[0], "[Unreleased]");
  const releases = headings.slice(1).map((heading) => /^\[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$/.exec(heading));
  assert.ok(releases.length > 0 && releases.every(Boolean), headings.join(", "));
  const dates = releases.map(([, , date]) => date);
  assert.deepEqual(dates, dates.toSorted().reverse());
  const [[, newest]] = releases;
  const versions = {
    "package.json": json("package.json").version,
    "package-lock.json": json("package-lock.json").version,
    "console/package.json": json("console", "package.json").version,
    "Cargo.toml": packageVersion(text("Cargo.toml")),
    "openapi/Cargo.toml": packageVersion(text("openapi", "Cargo.toml")),
    "Cargo.lock": /name = "mithril-edge"\nversion = "(.*)"/.exec(text("Cargo.lock"))?.[1],
    "openapi.json": json("public", "openapi.json").info.version,
  };
  for (const [manifest, version] of Object.entries(versions)) assert.equal(version, newest, manifest);
});
