// npm run deploy: checks the settings and the secrets, then runs `wrangler deploy`. Without them the Worker would refuse
// every caller. With `--dry-run` it bundles and names what is wrong with the settings; it needs no account.
import { commandLine } from "./lib/arguments.mjs";
import { SECRETS } from "./lib/local.mjs";
import { Stop, at, main, readIf, say, setting, step, wrangler } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";

const USAGE = `Usage: npm run deploy -- [options]

  --dry-run          deploys nothing: bundles the Worker, and names the settings that a deployment would refuse
  --var NAME:VALUE   sets a variable in place of wrangler.toml's; may be repeated
  --keep-vars        keeps variables that were set in Cloudflare's dashboard
  --message TEXT     describes the version
  --tag TEXT         names the version
  --outdir DIR       where the bundle is written

All options go to \`wrangler deploy\`.`;

const text = { type: "string" };
const OPTIONS = {
  "dry-run": { type: "boolean" }, var: { ...text, multiple: true }, "keep-vars": { type: "boolean" }, message: text, tag: text, outdir: text,
};

const args = process.argv.slice(2);
const { values: given } = commandLine(USAGE, { options: OPTIONS });
const isPlaceholder = (id) => id === undefined || /^[0-]*$/.test(id);

/** What is wrong with the settings of wrangler.toml. */
function settingProblems() {
  const wrong = [];
  if (isPlaceholder(setting("database_id"))) {
    wrong.push("database_id in wrangler.toml is still the placeholder. Run\n  npx wrangler d1 create mithril-edge\n  put the id that it prints into wrangler.toml, and run\n  npx wrangler d1 migrations apply DB --remote");
  }
  const kv = readIf(at("wrangler.toml")).match(/\[\[kv_namespaces\]\][^[]*?^id\s*=\s*"([^"]*)"/m)?.[1];
  if (isPlaceholder(kv)) wrong.push("The id of the KV namespace CACHE in wrangler.toml is still the placeholder. Run\n  npx wrangler kv namespace create CACHE\n  and put the id that it prints into wrangler.toml");
  const issuer = given.var?.findLast((pair) => pair.startsWith("ISSUER:"))?.slice("ISSUER:".length) ?? setting("ISSUER") ?? "";
  if (!issuer.startsWith("https://")) wrong.push(`ISSUER in wrangler.toml is "${issuer}". It must be the https:// address of this Worker.`);
  if (!setting("AUDIENCE")) wrong.push("AUDIENCE in wrangler.toml is empty. It must be the `aud` of the tokens that the Worker accepts.");
  return wrong;
}

/** Which secrets are missing. */
async function secretProblems() {
  const { code, stdout, stderr } = await wrangler(["secret", "list", "--format", "json"], { capture: true, allowFailure: true });
  if (code !== 0) {
    return [`\`wrangler secret list\` failed. Log in with \`npx wrangler login\`, or set CLOUDFLARE_API_TOKEN. If the Worker does not exist yet, the first \`wrangler secret put\` makes it.\n${(stderr || stdout).trim()}`];
  }
  const have = JSON.parse(stdout).map(({ name }) => name);
  const makers = { SIGNING_KEYS: "keys", SECRET_PEPPERS: "peppers", TRUSTED_ISSUERS: "issuers" };
  return SECRETS.filter((name) => !have.includes(name)).map((name) => `The secret ${name} is not set. \`npm run ${makers[name]}\` makes it and says how to send it; docs/operating.md has the commands. Never use the values of .dev.vars.`);
}

main(async () => {
  await ready();
  step("Checking what a deployment needs");
  const wrong = settingProblems();
  if (wrong.length === 0 && !given["dry-run"]) wrong.push(...(await secretProblems()));
  const list = wrong.map((what) => `- ${what}`).join("\n\n");
  if (wrong.length > 0 && !given["dry-run"]) throw new Stop(`Not deployed:\n\n${list}`);
  say(wrong.length > 0 ? `✖ A deployment would be refused:\n\n${list}` : `✔ database, KV namespace, issuer${given["dry-run"] ? "" : " and secrets"} are set`);
  step("wrangler deploy");
  await wrangler(["deploy", ...args], { stdin: "inherit" });
  if (given["dry-run"]) say(`\n${wrong.length > 0 ? "✖ The Worker bundles, but its settings must be mended before it is deployed; see above." : "✔ nothing stands against a deployment but perhaps its secrets, which a dry run does not see"}`);
});
