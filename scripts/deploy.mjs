// npm run deploy: `wrangler deploy` behind the checks whose neglect gives a Worker that refuses everybody.
// `npm run deploy -- --dry-run` leaves out what needs an account.
import { SECRETS } from "./lib/local.mjs";
import { Stop, at, main, readIf, say, setting, step, wrangler } from "./lib/project.mjs";
import { ready } from "./lib/ready.mjs";

const args = process.argv.slice(2);
const unset = (id) => id === undefined || /^[0-]*$/.test(id);

function settings() {
  const wrong = [];
  if (unset(setting("database_id"))) {
    wrong.push("database_id in wrangler.toml is still the placeholder.\n  npx wrangler d1 create mithril-edge      and put the id that it prints there, then\n  npx wrangler d1 migrations apply DB --remote");
  }
  const kv = readIf(at("wrangler.toml")).match(/\[\[kv_namespaces\]\][^[]*?^id\s*=\s*"([^"]*)"/m)?.[1];
  if (unset(kv)) wrong.push("The id of the KV namespace CACHE in wrangler.toml is still the placeholder.\n  npx wrangler kv namespace create CACHE   and put the id that it prints there");
  const issuer = args.find((arg) => arg.startsWith("ISSUER:"))?.slice("ISSUER:".length) ?? setting("ISSUER") ?? "";
  if (!issuer.startsWith("https://")) wrong.push(`ISSUER in wrangler.toml is "${issuer}"; it must be the https:// address at which this Worker is reached.`);
  if (!setting("AUDIENCE")) wrong.push("AUDIENCE in wrangler.toml is empty; it is the `aud` that tokens must carry.");
  return wrong;
}

async function secrets() {
  const { code, stdout, stderr } = await wrangler(["secret", "list", "--format", "json"], { capture: true, allowFailure: true });
  if (code !== 0) {
    return [`\`wrangler secret list\` failed. Log in with \`npx wrangler login\` or set CLOUDFLARE_API_TOKEN; if the Worker does not exist yet, the first \`wrangler secret put\` makes it.\n${(stderr || stdout).trim()}`];
  }
  const have = JSON.parse(stdout).map(({ name }) => name);
  return SECRETS.filter((name) => !have.includes(name)).map((name) => `The secret ${name} is not set.\n  npx wrangler secret put ${name}      (its form: docs, or the one in .dev.vars; never those values)`);
}

main(async () => {
  await ready();
  if (!args.includes("--dry-run")) {
    step("Checking what a deployment needs");
    const wrong = settings();
    if (wrong.length === 0) wrong.push(...(await secrets()));
    if (wrong.length > 0) throw new Stop(`Not deployed:\n\n${wrong.map((what) => `- ${what}`).join("\n\n")}`);
    say("✔ database, cache, issuer and secrets are set");
  }
  step("wrangler deploy");
  await wrangler(["deploy", ...args], { stdin: "inherit" });
});
