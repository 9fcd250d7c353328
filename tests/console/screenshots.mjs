// npm run screenshots: the pictures of README and docs/operating.md, from the sample data in the built Worker.
import { join } from "node:path";
import { at, main, say } from "../../scripts/lib/project.mjs";
import { operatorToken, skip, startConsole } from "./support/console.mjs";

const CLINIC = "1380df72-275a-11e7-93ae-92361f002671";
const OWN = "7d22cfa1-860f-5aed-b450-8a611657064b";
const FOLDER = at("docs", "images");
const SIZE = { width: 1000, height: 700 };

async function days(worker) {
  const at = (days) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+/, "");
  const insert = "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, expires_at, last_used_at) VALUES (?, ?, ?, 1, ?, ?, ?, ?)";
  await worker.sql(insert, "one", OWN, "A".repeat(43), "Zz09", at(-360), at(3), at(-1));
  await worker.sql(insert, "two", "e5372365-d47a-467f-81d0-f35117864352", "B".repeat(43), "k3Qx", at(-200), at(9), null);
  const headers = { authorization: `Bearer ${operatorToken({ sub: "o.kovalchuk" })}`, "content-type": "application/json" };
  await worker.fetch("/admin/clients/0b3d71eb-bd44-5a43-8687-64843c81d544/actions/block", { method: "PATCH", headers, body: JSON.stringify({ block_reason: "Stolen laptop" }) });
  await worker.fetch("/admin/roles/role-1380df72-275a-11e7-93ae-92361f002671", { method: "PATCH", headers, body: JSON.stringify({ name: "Family doctor" }) });
  await worker.fetch(`/admin/clients/${CLINIC}/actions/deactivate_tokens`, { method: "PATCH", headers });
  await worker.scheduled();
}

main(async () => {
  if (skip) return say(skip);
  const served = await startConsole({ archive: true });
  try {
    await days(served.worker);
    const shot = async (name, path, prepare, given = {}) => {
      const operator = await served.open({ ...SIZE, ...given });
      await operator.signIn();
      await operator.page.goto(new URL(`/console/#/${path}`, served.worker.url).href);
      await operator.settled();
      await prepare?.(operator);
      await operator.page.evaluate(() => document.activeElement?.blur());
      await operator.page.screenshot({ path: join(FOLDER, `${name}.png`) });
      say(`✔ docs/images/${name}.png`);
      await operator.context.close();
    };
    await shot("console-overview", "");
    await shot("console-rotation", `clients/${CLINIC}/connections/${OWN}`, async (operator) => {
      await operator.click("button", "Make a new secret");
      await operator.sees("Waiting for its first use");
      await operator.page.getByRole("heading", { name: "Secrets" }).scrollIntoViewIfNeeded();
      await operator.page.evaluate(() => document.getElementById("secrets").scrollIntoView());
    });
    await shot("console-user", "users/user-1380df72-275a-11e7-93ae-92361f002671");
    await shot("console-audit", "audit", async (operator) => {
      await operator.click("button", "Verify in this browser");
      await operator.sees("Verified in your browser");
    });
    await shot("console-phone", `clients/${CLINIC}`, undefined, { width: 390, height: 760, theme: "dark", language: "uk-UA" });
  } finally {
    await served.stop();
  }
});
