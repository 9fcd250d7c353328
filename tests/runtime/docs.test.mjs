// The page at /docs in a real browser: it loads with nothing from elsewhere, lists every operation, finds one by
// search, and makes a call with a token.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { chromium as browserPath } from "../../scripts/lib/chromium.mjs";
import { mint } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const executablePath = browserPath();
// In CI a missing browser fails the tests instead.
const skip = !executablePath && !process.env.CI && "no Chromium or Chrome found: install one, or name it in CHROMIUM";
const { paths } = JSON.parse(readFileSync(new URL("../../public/openapi.json", import.meta.url), "utf8"));
const summaries = Object.values(paths).flatMap((item) => Object.values(item).map(({ summary }) => summary));
const samples = readFileSync(new URL("../../samples/sample.sql", import.meta.url), "utf8");

let worker, browser, page;
const foreign = [];
const complaints = [];

before(async () => {
  if (skip) return;
  worker = await startWorker({ fixture: samples });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
  page.setDefaultTimeout(20_000);
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:" && origin !== new URL(worker.url).origin) foreign.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text())); // refusals of the policy too
  await page.goto(new URL("/docs", worker.url).href);
  await page.getByRole("heading", { name: "mithril-edge" }).waitFor();
});
after(async () => {
  await browser?.close();
  await worker?.stop();
});

const sidebar = () => page.locator("aside").first();

test("the page is served with a policy that lets nothing in from elsewhere", { skip }, async () => {
  const answer = await fetch(new URL("/docs", worker.url), { redirect: "manual" });
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type"), /^text\/html/);
  assert.match(answer.headers.get("content-security-policy"), /default-src 'none'; script-src 'self';.*connect-src 'self'/);
  await answer.text();
});

test("every operation is listed, under its dialect", { skip }, async () => {
  const closed = sidebar().getByRole("button", { name: /^Open Group/ });
  while ((await closed.count()) > 0) await closed.first().click();
  const listed = await sidebar().innerText();
  assert.deepEqual(summaries.filter((summary) => !listed.includes(summary)), []);
  for (const dialect of ["Mithril", "Endpoint"]) assert.ok(listed.split("\n").includes(dialect), dialect);
});

test("an operation is found by search", { skip }, async () => {
  await page.getByRole("button", { name: "Search" }).first().click();
  await page.getByRole("combobox").or(page.getByRole("searchbox")).first().fill("new secret");
  await page.getByRole("option", { name: "Give a connection a new secret" }).first().waitFor();
  await page.keyboard.press("Escape");
});

test("a call made from the page with a token succeeds", { skip }, async () => {
  await page.getByPlaceholder("Token").first().fill(mint({ scope: "role:read" }));
  await sidebar().getByText("See a role", { exact: true }).click();
  await page.getByRole("button", { name: "Test Request (get /admin/roles/{id})" }).click();
  const answered = page.waitForResponse((response) => new URL(response.url()).pathname.startsWith("/admin/roles/"));
  await page.getByRole("button", { name: /^Send/ }).first().click();
  const answer = await answered;
  assert.equal(answer.status(), 200);
  assert.equal((await answer.json()).data.name, "Doctor");
  await page.getByText("200 OK").first().waitFor();
});

test("all that came from this host, without a complaint, and the token is not kept", { skip }, async () => {
  assert.deepEqual(foreign, []);
  assert.deepEqual(complaints, []);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.cookie);
  assert.ok(!kept.includes("eyJ"), kept);
});
