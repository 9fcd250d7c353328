// npm run issuers: makes TRUSTED_ISSUERS, the login services whose tokens are accepted, from the key set of a login
// service or with a fresh key for it.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { newKey, publicJwk } from "./lib/jwt.mjs";
import { filing, secretCommand, writePrivate } from "./lib/keyring.mjs";
import { Stop, setting } from "./lib/project.mjs";

const HELP = `Usage: npm run -s issuers -- <command> [--file issuers.json]

  make <issuer> <keys>   makes a new file that trusts this issuer (the \`iss\` of its tokens)
  list                   lists the issuers and the kids of their keys
  add <issuer> <keys>    trusts one more issuer
  remove <issuer>        trusts it no longer; its tokens are refused from then on

<keys> is one of
  --jwks-uri <https address>                 the issuer publishes its key set there; it is fetched
  --jwks <file>                              a JWK Set; only its public members are taken
  --fresh ES256|EdDSA|RS256|HS256 --key-file <new file>   makes a key. The file holds the private key, for the issuer
Other options: --audience <aud> (as in wrangler.toml), --typ at+jwt|JWT (at+jwt)

Without --file, the issuers are those of .dev.vars (local use). With it, they are in a file that only you can read.
\`npx wrangler secret put TRUSTED_ISSUERS < issuers.json\` sends it to the deployed Worker.`;

const KINDS = { EC: "P-256", OKP: "Ed25519" };

/** Whether the Worker can verify with the key: the rules of src/identity/keys.rs that a person may run into. */
function isUsable({ kty, crv, use = "sig", n = "", k = "" }) {
  if (use !== "sig") return false;
  if (kty === "RSA") return Buffer.from(n, "base64url").length >= 256;
  if (kty === "oct") return Buffer.from(k, "base64url").length >= 32;
  return Object.hasOwn(KINDS, kty) && KINDS[kty] === crv;
}

/** The keys of a JWK Set in a file, without private members. */
function keysOf(file) {
  if (!existsSync(file)) throw new Stop(`There is no file ${file}.`);
  let set;
  try {
    set = JSON.parse(filing(`${file} cannot be read`, () => readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof Stop) throw error;
  }
  if (!Array.isArray(set?.keys)) throw new Stop(`${file} is not a JWK Set, {"keys": […]}.`);
  const usable = set.keys.filter((key) => key && isUsable(key));
  if (usable.length === 0) throw new Stop(`${file} has no key that can verify a token: P-256, Ed25519, RSA of 2,048 bits, or a shared secret of 32 bytes.`);
  if (usable.some(({ kid }) => typeof kid !== "string" || kid === "")) throw new Stop(`A key of ${file} has no kid. Tokens name their key by it.`);
  if (new Set(usable.map(({ kid }) => kid)).size < usable.length) throw new Stop(`Two keys of ${file} have the same kid.`);
  return usable.map(publicJwk);
}

function address(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url?.protocol !== "https:" && !isLocal) throw new Stop(`--jwks-uri is an https address, not "${text}".`);
  return text;
}

function freshKey(alg, file) {
  if (!["ES256", "EdDSA", "RS256", "HS256"].includes(alg)) throw new Stop(`--fresh is ES256, EdDSA, RS256 or HS256, not "${alg}".`);
  if (file === undefined) throw new Stop("--fresh needs --key-file, the new file for the private key.");
  if (existsSync(file)) throw new Stop(`${file} is there already, and a key file is never replaced.`);
  const key = newKey(alg, `login-${new Date().toISOString().slice(0, 10)}-${randomBytes(4).toString("hex")}`);
  writePrivate(file, key, { flag: "wx" });
  return publicJwk(key);
}

function entry(issuer, values) {
  if (!issuer) throw new Stop(`Say which issuer: the \`iss\` of its tokens.\n\n${HELP}`);
  const { audience = setting("AUDIENCE"), typ = "at+jwt", jwks, fresh, "jwks-uri": uri } = values;
  if (!audience) throw new Stop("Say the audience of its tokens: --audience.");
  if (!["at+jwt", "JWT"].includes(typ)) throw new Stop(`--typ is at+jwt or JWT, not "${typ}".`);
  if ([jwks, fresh, uri].filter((one) => one !== undefined).length !== 1) throw new Stop("Say where its keys come from: one of --jwks-uri, --jwks and --fresh.");
  if (uri !== undefined) return { issuer, audience, typ, jwks_uri: address(uri) };
  return { issuer, audience, typ, jwks: { keys: jwks === undefined ? [freshKey(fresh, values["key-file"])] : keysOf(jwks) } };
}

function add(issuers, { argument, values }) {
  if (issuers.some(({ issuer }) => issuer === argument)) throw new Stop(`"${argument}" is trusted already: remove it first.`);
  return [...issuers, entry(argument, values)];
}

function remove(issuers, { argument }) {
  const left = issuers.filter(({ issuer }) => issuer !== argument);
  const known = issuers.map(({ issuer }) => issuer).join(", ");
  if (left.length === issuers.length) throw new Stop(`${argument === undefined ? "Say which issuer." : `No issuer is called "${argument}".`} The issuers are: ${known}.`);
  return left;
}

await secretCommand({
  secret: "TRUSTED_ISSUERS",
  help: HELP,
  options: Object.fromEntries(["audience", "typ", "jwks", "jwks-uri", "fresh", "key-file"].map((name) => [name, { type: "string" }])),
  form: { name: "an array of issuers", fits: (list) => Array.isArray(list) && list.every((one) => typeof one?.issuer === "string") },
  commands: { make: (_, given) => [entry(given.argument, given.values)], add, remove },
  list: (issuers) => issuers.map(({ issuer, jwks, jwks_uri: uri }) => `${issuer}  ${uri ?? jwks?.keys.map(({ kid }) => kid).join(" ")}`).join("\n"),
});
