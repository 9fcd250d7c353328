// The sign-in: at the login service, with a pasted token, its end, and where the token is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { operatorToken, skip, startConsole } from "./support/console.mjs";

let served;
let expiresIn = 3600;
before(async () => {
  if (!skip) served = await startConsole({ token: (claims) => operatorToken(claims, { expiresIn }) });
});
after(() => served?.stop());

const page = (path) => fetch(new URL(path, served.worker.url), { redirect: "manual" });

test("the pages are served with a policy that allows no inline script and no other host", { skip }, async () => {
  for (const path of ["/console/", "/start/"]) {
    const answer = await page(path);
    assert.equal(answer.status, 200, path);
    const policy = answer.headers.get("content-security-policy");
    assert.equal(policy, "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", path);
    assert.doesNotMatch(await answer.text(), /<script>|style="|<style/);
  }
  const window = await page("/console/sign-in");
  assert.match(window.headers.get("content-security-policy"), /^default-src 'none'; script-src 'self'; [^,]*connect-src 'self' https: http:\/\/localhost:\*;[^,]*$/);
  await window.text();
});

test("/console leads to the console", { skip }, async () => {
  const answer = await page("/console");
  assert.ok([301, 302, 307, 308].includes(answer.status), String(answer.status));
  assert.equal(new URL(answer.headers.get("location"), served.worker.url).pathname, "/console/");
});

test("the login service signs in with one click, and the token is kept in no storage and no address", { skip }, async () => {
  const operator = await served.open();
  await operator.signIn();
  await operator.heading("Overview");
  const kept = await operator.page.evaluate(async () => JSON.stringify({ ...localStorage, ...sessionStorage, cookie: document.cookie, address: location.href, databases: await indexedDB.databases(), caches: await caches.keys() }));
  assert.ok(!kept.includes("eyJ"), kept);
  assert.equal(operator.context.pages().length, 1);
  await operator.page.reload();
  await operator.heading("Sign in");
  await operator.done();
});

test("a code that another page of this origin asks for is not exchanged", { skip }, async () => {
  const { worker, login } = served;
  const query = new URLSearchParams({ response_type: "code", client_id: "mithril-edge-console", redirect_uri: `${new URL(worker.url).origin}/console/sign-in`, state: "s", code_challenge: "c".repeat(43), code_challenge_method: "S256" });
  const code = new URL((await fetch(`${login.url}/authorize?${query}`, { redirect: "manual" })).headers.get("location")).searchParams.get("code");
  const sent = (origin) => fetch(`${login.url}/token`, { method: "POST", headers: { origin }, body: new URLSearchParams({ code, code_verifier: "wrong" }) });
  assert.equal((await sent("https://elsewhere.example")).status, 404);
  assert.equal((await sent(new URL(worker.url).origin)).status, 400);
  query.set("redirect_uri", "https://elsewhere.example/");
  assert.equal((await fetch(`${login.url}/authorize?${query}`, { redirect: "manual" })).status, 400);
});

test("a text that is no token is refused at once, and a token that the service refuses says why", { skip }, async () => {
  const operator = await served.open();
  await operator.paste("no token");
  await operator.sees("This is not a JWT");
  await operator.paste(operatorToken({ aud: "another" }));
  await operator.sees("The service no longer accepts your token: The access token is for another audience.");
  await operator.done();
});

test("when the sign-in expires, the page says so, stays, and goes on after a new sign-in", { skip }, async () => {
  expiresIn = 600;
  const operator = await served.open({ clock: true });
  await operator.signIn();
  await operator.click("link", "Clients");
  await operator.type("Name contains", "Аптека");
  await operator.page.clock.runFor(601_000);
  await operator.sees("Your sign-in has expired.");
  assert.equal(await operator.page.getByLabel("Name contains").inputValue(), "Аптека");
  expiresIn = 3600;
  await operator.page.clock.setSystemTime(new Date());
  await operator.click("button", "Sign in as");
  await operator.page.getByText("Your sign-in has expired.").waitFor({ state: "detached" });
  assert.equal(await operator.page.getByLabel("Name contains").inputValue(), "Аптека");
  await operator.page.keyboard.press("Escape");
  await operator.done();
});

test("one whole job with the keyboard alone: a client is found and blocked", { skip }, async () => {
  const operator = await served.open();
  const { page: tab } = operator;
  const { keyboard } = tab;
  const focused = () => tab.evaluate(() => document.activeElement?.textContent || document.activeElement?.getAttribute("name") || "");
  /** Goes on with Tab until the element in focus has this text. */
  const reach = async (text) => {
    for (let steps = 0; steps < 60; steps += 1) {
      await keyboard.press("Tab");
      if ((await focused()).startsWith(text)) return;
    }
    assert.fail(`Tab does not reach ${text}`);
  };
  await tab.getByRole("button", { name: /^Sign in as/ }).waitFor();
  await reach("Sign in as");
  await keyboard.press("Enter");
  await operator.heading("Overview");
  await reach("Clients");
  await keyboard.press("Enter");
  await operator.heading("Clients");
  assert.equal(await focused(), "Clients"); // the heading of the new page
  await reach("name");
  await keyboard.type("Подорожник");
  await keyboard.press("Enter");
  await tab.getByRole("link", { name: "Аптека 199" }).waitFor({ state: "detached" });
  await reach("ТОВ «Подорожник");
  await keyboard.press("Enter");
  await operator.heading(/Подорожник/);
  assert.match(await focused(), /Подорожник/);
  assert.match(await tab.title(), /Подорожник/);
  await reach("Block");
  const outline = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, "solid");
  await keyboard.press("Enter");
  await tab.getByRole("dialog").waitFor();
  assert.equal(await focused(), "block_reason");
  await keyboard.type("by keyboard");
  await keyboard.press("Enter");
  await operator.sees("blocked: by keyboard");
  await operator.done(0);
});
