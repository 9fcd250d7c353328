// The console in a real browser, over the built Worker with the sample data. Signing in goes through the login service of
// scripts/lib/local-login.mjs, with a token of any kind.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { chromium as browserPath } from "../../../scripts/lib/chromium.mjs";
import { LOCAL_CONSOLE_CLIENT, startLocalLogin } from "../../../scripts/lib/local-login.mjs";
import { at } from "../../../scripts/lib/project.mjs";
import { ALL_SCOPES } from "../../../scripts/lib/scopes.mjs";
import { mint, trustedIssuer } from "../../runtime/support/keys.mjs";
import { startWorker } from "../../runtime/support/worker.mjs";

const executablePath = browserPath();
/** Why the tests of a file are skipped. In CI a missing browser fails them instead. */
export const skip = !executablePath && !process.env.CI && "no Chromium or Chrome found: install one, or name it in CHROMIUM";

export const SAMPLES = readFileSync(at("samples", "sample.sql"), "utf8");
const AXE = skip ? "" : readFileSync(at("console", "node_modules", "axe-core", "axe.min.js"), "utf8");

/** The operator of the tests: every scope of the API. */
export const operatorToken = (claims = {}, options = {}) => mint({ sub: "operator", scope: ALL_SCOPES, ...claims }, { expiresIn: 3600, ...options });

/** Starts the Worker, the login service and the browser. `token(claims)` makes the token that a sign-in gets. */
export async function startConsole({ fixture = SAMPLES, token = operatorToken, ...options } = {}) {
  let worker;
  const login = await startLocalLogin({ origin: () => new URL(worker.url).origin, mint: (iss) => token({ iss }) });
  const TRUSTED_ISSUERS = JSON.stringify([trustedIssuer(), trustedIssuer({ issuer: login.url })]);
  worker = await startWorker({ fixture, ...options, secrets: { TRUSTED_ISSUERS }, vars: { CONSOLE_ISSUER: login.url, CONSOLE_CLIENT_ID: LOCAL_CONSOLE_CLIENT, ...options.vars } });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return {
    worker,
    login,
    browser,
    open: (given) => openPage({ worker, login, browser }, given),
    async stop() {
      await browser.close();
      login.stop();
      await worker.stop();
    },
  };
}

/** A page of the console, with what the operator does counted and what the browser complains of kept. */
async function openPage({ worker, login, browser }, { path = "", width = 1280, height = 900, theme = "light", language = "en-GB", clock = false } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, locale: language, permissions: ["clipboard-read", "clipboard-write"], acceptDownloads: true });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const { origin } = new URL(worker.url);
  const operator = { page, context, clicks: 0, foreign: [], complaints: [], requests: [] };
  const watch = (one) => {
    one.on("request", (request) => {
      const url = new URL(request.url());
      if (["http:", "https:"].includes(url.protocol) && url.origin !== origin && url.origin !== login.url) operator.foreign.push(url.href);
      if (url.origin === origin) operator.requests.push(request);
    });
    one.on("pageerror", (error) => operator.complaints.push(error.message));
    // Chromium logs each answer of 4xx and 5xx; the tests of refusals ask for those.
    one.on("console", (line) => line.type() === "error" && !line.text().startsWith("Failed to load resource") && operator.complaints.push(line.text()));
  };
  context.on("page", watch);
  watch(page);
  if (clock) await page.clock.install();
  await page.goto(`${origin}/console/${path}`);
  return Object.assign(operator, actions(operator));
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function actions(operator) {
  const { page } = operator;
  const find = (role, name) => page.getByRole(role, { name: typeof name === "string" ? new RegExp(`^${escaped(name)}`) : name }).last();
  return {
    find,
    /** Signs in at the login service, and counts clicks from here on. */
    async signIn() {
      await find("button", /sign in as|sign in at|увійти/i).click();
      await page.getByRole("navigation", { name: /^(Menu|Меню)$/ }).waitFor();
      operator.clicks = 0;
    },
    /** Uses a token as an operator who pastes it. */
    async paste(token) {
      await page.locator("details").evaluate((details) => (details.open = true));
      await page.getByLabel("Access token").fill(token);
      await find("button", "Use this token").click();
      operator.clicks = 0;
    },
    /** One click, counted. */
    async click(role, name) {
      operator.clicks += 1;
      await find(role, name).click();
    },
    type: (label, text) => page.getByLabel(label, { exact: true }).last().fill(text),
    sees: (text) => page.getByText(text).first().waitFor(),
    heading: (name) => page.getByRole("heading", { level: 1, name }).waitFor(),
    /** Waits until the page has been drawn and has read what it shows. */
    async settled() {
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      await page.waitForFunction(() => !document.querySelector("main [aria-busy=true], main [role=status].quiet"));
    },
    /** The task is done: it took at most four clicks, nothing was asked of another host, the browser has no complaint. */
    async done(most = 4) {
      assert.ok(operator.clicks <= most, `${operator.clicks} clicks`);
      assert.deepEqual(operator.foreign, []);
      assert.deepEqual(operator.complaints, []);
      await operator.context.close();
    },
    /** The serious findings of axe on the page as it is. */
    async findings() {
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    },
  };
}
