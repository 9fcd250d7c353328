// Local secrets: .dev.vars for the Worker, and .local/issuer.json for the local login issuer. Missing files and values
// are made. An existing value is never changed.
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { newKey, publicJwk } from "./jwt.mjs";
import { Stop, at, readIf, say, setting } from "./project.mjs";

export const LOCAL_ISSUER = "https://login.localhost";
const DEV_VARS = at(".dev.vars");
const ISSUER_KEY = at(".local", "issuer.json");

// The syntax of dotenv, which is how wrangler reads the file.
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
    say("  made .local/issuer.json, the key of the local login issuer");
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
    const head = before === "" ? "# Secrets for local use, made by set-up. You may change them: an existing value is never overwritten.\n" : "";
    const gap = before === "" || before.endsWith("\n") ? "" : "\n";
    const lines = missing.map((name) => `${name}='${JSON.stringify(FRESH[name]())}'\n`);
    writeFileSync(DEV_VARS, before + gap + head + lines.join(""), { mode: 0o600 });
    say(`  .dev.vars: made ${missing.join(", ")}${Object.keys(have).length > 0 ? "; kept the others" : ""}`);
  }
  chmodSync(DEV_VARS, 0o600); // an existing file keeps its mode when it is written
}

/** The trusted issuers of .dev.vars and one more of this name, whose tokens have the key of the local issuer. */
export const trustedTo = (issuer) => JSON.stringify([...JSON.parse(devVars().TRUSTED_ISSUERS), { ...trusted(issuerKey()), issuer }]);

/** The local issuer with its key. Stops when the Worker's settings do not trust the key. */
export function localIssuer() {
  const key = issuerKey();
  const wanted = trusted(key);
  const text = devVars().TRUSTED_ISSUERS;
  if (text === undefined) throw new Stop("TRUSTED_ISSUERS is not in .dev.vars. Run `npm run setup`.");
  let issuers;
  try {
    issuers = JSON.parse(text);
  } catch {
    throw new Stop("TRUSTED_ISSUERS in .dev.vars is not JSON on one line in single quotes, so the Worker would refuse every token.");
  }
  const entry = Array.isArray(issuers) && issuers.find(({ issuer }) => issuer === LOCAL_ISSUER);
  if (!entry?.jwks?.keys?.some(({ kid, x, y }) => kid === key.kid && x === wanted.jwks.keys[0].x && y === wanted.jwks.keys[0].y)) {
    const what = entry ? `an entry for ${LOCAL_ISSUER} without the key of .local/issuer.json` : `no entry for ${LOCAL_ISSUER}`;
    throw new Stop(
      `TRUSTED_ISSUERS in .dev.vars has ${what}, so the Worker would refuse this token.\n` +
        `${entry ? "Replace that entry by this one" : "Add this entry to the array"} (it has only the public key):\n\n${JSON.stringify(wanted)}\n\n` +
        "Or remove the line TRUSTED_ISSUERS from .dev.vars and run `npm run setup`, which writes a new one.",
    );
  }
  return { key, issuer: entry.issuer, audience: entry.audience, typ: entry.typ ?? "at+jwt" };
}
