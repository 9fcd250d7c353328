// npm run keys: makes, lists, adds, rotates and retires the keys that sign our tokens (SIGNING_KEYS). The procedure in
// docs/operating.md changes keys without refusing a valid token.
import { randomBytes } from "node:crypto";
import { newKey, now } from "./lib/jwt.mjs";
import { WAITS, secretCommand, waited } from "./lib/keyring.mjs";
import { Stop } from "./lib/project.mjs";

const HELP = `Usage: npm run -s keys -- <command> [--file keys.json] [--alg ES256|EdDSA] [--now]

  make           makes a new file with one key, which signs
  list           lists the keys; the first one signs
  add            makes a key that verifies tokens but does not sign yet
  rotate         lets the newest waiting key sign; the others still verify
  retire <kid>   removes a key; tokens that it signed are refused from then on

Without --file, the keys are those of .dev.vars (local use). With it, they are a JWK Set in a file that only you can
read. \`npx wrangler secret put SIGNING_KEYS < keys.json\` sends it to the deployed Worker. A step whose wait is not over
is refused. --now skips the wait: valid tokens may be refused then.`;

function fresh(alg = "ES256") {
  return { ...newKey(alg, `edge-${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString("hex")}`), iat: now() };
}

/** A key waits when it has never signed: it is no older than the one that signs, and nothing says until when it signed. */
const isWaiting = (key, [signing]) => key !== signing && key.signed_until === undefined && key.iat >= (signing.iat ?? 0);

const add = ({ keys }, { values }) => ({ keys: [...keys, fresh(values.alg)] });

function rotate({ keys }, { values }) {
  const waiting = keys.filter((key) => isWaiting(key, keys)).reverse().sort((a, b) => b.iat - a.iat);
  if (waiting.length === 0) throw new Stop("No key waits to sign. `add` one first: it must be known before it signs.");
  const isKnown = (key) => values.now || key.iat + WAITS.sign() <= now();
  const next = waiting.find(isKnown);
  if (!next) waited(waiting.at(-1).iat, WAITS.sign(), "Until then, somebody may not know the key yet and refuse its tokens.");
  const former = { ...keys[0], signed_until: now() };
  return { keys: [next, former, ...keys.slice(1).filter((key) => key !== next)] };
}

function retire({ keys }, { argument: kid, values, changedAt }) {
  const kids = `The keys are: ${keys.map((key) => key.kid).join(", ")}.`;
  if (kid === undefined) throw new Stop(`Say which key: \`retire <kid>\`. ${kids}`);
  const key = keys.find((one) => one.kid === kid);
  if (!key) throw new Stop(`No key has the kid "${kid}". ${kids}`);
  if (key === keys[0]) throw new Stop(`"${kid}" is the key that signs: rotate first.`);
  // A file of before says nothing of when a key ceased to sign; then it was when the file was last written, at the latest.
  if (!values.now && !isWaiting(key, keys)) waited(key.signed_until ?? changedAt, WAITS.retireKey(), "Until then, a token that this key signed may still be valid.");
  return { keys: keys.filter((one) => one !== key) };
}

const state = (key, index, keys) => (index === 0 ? "signs   " : isWaiting(key, keys) ? "waits   " : "verifies");

await secretCommand({
  secret: "SIGNING_KEYS",
  help: HELP,
  options: { alg: { type: "string" } },
  mistake: ({ alg = "ES256" }) => (["ES256", "EdDSA"].includes(alg) ? undefined : `--alg is ES256 or EdDSA, not "${alg}".`),
  form: { name: 'a JWK Set, {"keys": […]}, of at least one key', fits: (set) => Array.isArray(set?.keys) && set.keys.length > 0 && set.keys.every((key) => typeof key?.kid === "string") },
  commands: { make: (_, { values }) => ({ keys: [fresh(values.alg)] }), add, rotate, retire },
  list: ({ keys }) => keys.map((key, index) => `${state(key, index, keys)}  ${key.alg ?? ""}  ${key.kid}`).join("\n"),
});
