// Local secrets: .dev.vars for the Worker, .local/issuer.json for the login service that stands in front of it here.
// Everything is made when absent and completed when partly there; a value that is there is never changed.
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { newKey, publicJwk } from "./jwt.mjs";
import { Stop, at, readIf, say, setting } from "./project.mjs";

export const LOCAL_ISSUER = "https://login.localhost";
const DEV_VARS = at(".dev.vars");
const ISSUER_KEY = at(".local", "issuer.json");

// As dotenv reads it, which is how wrangler reads the file.
const LINE = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`[^`]*`|[^#\r\n]*)/gm;

export function devVars() {
  const found = {};
  for (const [, key, raw] of readIf(DEV_VARS).matchAll(LINE)) {
    const value = raw.trim();
    found[key] = /^(['"`]).*\1$/s.test(value) ? value.slice(1, -1) : value;
  }
  return found;
}

/** The private key of the local login issuer. */
function issuerKey() {
  if (!existsSync(ISSUER_KEY)) {
    mkdirSync(at(".local"), { recursive: true, mode: 0o700 });
    writeFileSync(ISSUER_KEY, `${JSON.stringify(newKey("ES256", `local-${randomBytes(4).toString("hex")}`))}\n`, { mode: 0o600 });
    say("  made .local/issuer.json: the key of the local login issuer");
  }
  return JSON.parse(readFileSync(ISSUER_KEY, "utf8"));
}

const trusted = (key) => ({
  issuer: LOCAL_ISSUER,
  audience: devVars().AUDIENCE ?? setting("AUDIENCE"),
  jwks: { keys: [publicJwk(key)] },
  typ: "at+jwt",
});

const FRESH = {
  SIGNING_KEYS: () => ({ keys: [newKey("ES256", `edge-${randomBytes(4).toString("hex")}`)] }),
  TRUSTED_ISSUERS: () => [trusted(issuerKey())],
  SECRET_PEPPERS: () => [{ version: 1, key: randomBytes(32).toString("base64url") }],
};
export const SECRETS = Object.keys(FRESH);

export function ensureDevVars() {
  const before = readIf(DEV_VARS);
  const have = devVars();
  const missing = SECRETS.filter((name) => !(name in have));
  if (missing.length > 0) {
    const head = before === "" ? "# Secrets for local use, made by set-up. Yours to change: a value that is here is never overwritten.\n" : "";
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    const lines = missing.map((name) => `${name}='${JSON.stringify(FRESH[name]())}'\n`);
    writeFileSync(DEV_VARS, before + gap + head + lines.join(""), { mode: 0o600 });
    say(`  .dev.vars: made ${missing.join(", ")}${Object.keys(have).length > 0 ? "; left the rest as it was" : ""}`);
  }
  chmodSync(DEV_VARS, 0o600); // also when somebody made the file with a wider mode
}

/** The local issuer's key, once the Worker's settings are known to trust it. */
export function localIssuer() {
  const key = issuerKey();
  const wanted = trusted(key);
  const text = devVars().TRUSTED_ISSUERS;
  if (text === undefined) throw new Stop("TRUSTED_ISSUERS is not in .dev.vars yet: run `npm run setup`.");
  let issuers;
  try {
    issuers = JSON.parse(text);
  } catch {
    throw new Stop("TRUSTED_ISSUERS in .dev.vars is not JSON on one line in single quotes, so no token can be trusted.");
  }
  const entry = Array.isArray(issuers) && issuers.find(({ issuer }) => issuer === LOCAL_ISSUER);
  if (!entry?.jwks?.keys?.some(({ kid, x, y }) => kid === key.kid && x === wanted.jwks.keys[0].x && y === wanted.jwks.keys[0].y)) {
    const what = entry ? `an entry for ${LOCAL_ISSUER}, but not with the key of .local/issuer.json` : `no entry for ${LOCAL_ISSUER}`;
    throw new Stop(
      `TRUSTED_ISSUERS in .dev.vars holds ${what}, so the Worker would refuse this token.\n` +
        `${entry ? "Replace that entry by" : "Add this entry to the array"} (public key only):\n\n${JSON.stringify(wanted)}\n\n` +
        "or take the line TRUSTED_ISSUERS out of .dev.vars and run `npm run setup`, which writes a new one.",
    );
  }
  return { key, issuer: entry.issuer, audience: entry.audience, typ: entry.typ ?? "at+jwt" };
}
