// Takes the records of a source, checks them by the rules of this service, and makes the portions and the report. Secrets in
// clear leave it as digests only.
import { createHash, createHmac } from "node:crypto";
import { classify, isVariable } from "./hashes.mjs";
import { MAX_SCOPE, MAX_SETTINGS, NO_REDIRECT, canonical, idOf, isId, isName, listOf, publicKeys, scopesOf, storedTime, uriFault } from "./rules.mjs";

/** The secrets of a connection: the API's bound. */
const MAX_SECRETS = 5;
/** The hashes of a client that the Worker checks. */
const MAX_HASHES = 4;
const GRANTS = ["client_credentials", "authorization_code", "refresh_token"];

const shown = (text) => (String(text).length > 100 ? `${String(text).slice(0, 100)}…` : String(text)).replace(/[^\x20-\x7e\u00a0-\uffff]/g, "?");

export class Collector {
  /**
   * @param {{ source: string, portions: import("./portions.mjs").Portions, report: import("./report.mjs").Report,
   *   there: import("./there.mjs").There, peppers: { version: number, key: string }[], at: string }} given
   */
  constructor({ source, portions, report, there, peppers: [pepper], at }) {
    Object.assign(this, { source, portions, report, there, at });
    this.pepper = { version: pepper.version, key: Buffer.from(pepper.key, "base64url") };
    /** The ids of the file: { kind: Map of id to what it became }. */
    this.seen = { client_type: new Map(), role: new Map(), client: new Set(), connection: new Set(), access_group: new Set() };
    this.names = { client_type: new Map(), role: new Map(), access_group: new Map() };
    this.pairs = new Set();
    this.digests = new Map();
  }

  leave(why, what, line) {
    this.report.note("left_out", why, shown(what), line);
    return undefined;
  }

  /** The id in its stored form; undefined, and noted, when the record has none that fits, or one that was there before. */
  ownId(kind, label, given, line) {
    if (!isId(given)) return this.leave(`${label} without an id of 1 to 255 characters`, given ?? "", line);
    if (isVariable(given)) return this.leave(`${label} whose id is a variable of a template`, given, line);
    const id = canonical(given);
    if (this.seen[kind].has(id)) return this.leave(`the id of ${label} comes a second time in the file`, given, line);
    if (id !== given) this.report.note("changed", "an id in lower case, as UUIDs are kept here (callers may use either)", given, line);
    return id;
  }

  /** A set of scopes that fits; undefined when it is too long or empty. */
  ownScope(label, given, what, line) {
    const { scope, strays } = scopesOf(given);
    if (strays.length > 0) this.report.note("changed", `scopes of ${label} left out, because of characters that no scope may have`, `${what}: ${strays.map(shown).join(" ")}`, line);
    if (scope.length > MAX_SCOPE) return this.leave(`${label} with more than ${MAX_SCOPE} characters of scopes`, what, line);
    return scope;
  }

  /** A client type or role. Returns the id of the one that will be there. */
  named(kind, label, { id, name, scope: given, line }, values) {
    const own = this.ownId(kind, label, id ?? idOf(this.source, kind, name), line);
    if (own === undefined) return this.seen[kind].get(canonical(id ?? ""));
    const scope = this.ownScope(label, given, name, line);
    if (!isName(name)) return this.leave(`${label} without a name of 1 to 255 characters`, own, line);
    if (scope === undefined) return undefined;
    if (this.names[kind].has(name)) return this.leave(`the name of ${label} comes a second time in the file`, name, line);
    const found = this.there.named(kind, own, name);
    if (found) {
      this.report.there[kind] += 1;
      if (found.scope !== scope || found.name !== name) this.report.note("conflict", `${label} with ${found.name === name ? "other scopes" : "another name"}`, name, line);
    } else {
      this.portions.add(kind, values(own, scope));
      this.report.taken[kind] += 1;
    }
    this.seen[kind].set(own, found?.id ?? own);
    this.names[kind].set(name, found?.id ?? own);
    return found?.id ?? own;
  }

  type(record) {
    const times = [storedTime(record.insertedAt) ?? this.at, storedTime(record.updatedAt) ?? this.at];
    return this.named("client_type", "a client type", record, (id, scope) => [id, record.name, scope, record.context ?? "own", ...times]);
  }

  role(record) {
    const times = [storedTime(record.insertedAt) ?? this.at, storedTime(record.updatedAt) ?? this.at];
    return this.named("role", "a role", record, (id, scope) => [id, record.name, scope, ...times]);
  }

  group({ id, name, description = "", line }) {
    const own = this.ownId("access_group", "a group", id, line);
    if (own === undefined) return;
    this.seen.access_group.add(own);
    if (!isName(name)) return void this.leave("a group without a name of 1 to 255 characters", own, line);
    if (this.there.named("access_group", own, name)) return void (this.report.there.access_group += 1);
    this.portions.add("access_group", [own, name, own, description.slice(0, 255), 1, this.at, "import", this.at, "import"]);
    this.report.taken.access_group += 1;
  }

  /** The client type for clients of a source that gives scopes to each client: one type for each set of scopes. */
  typeOfScopes(given, what, line) {
    const scope = this.ownScope("a client", [...scopesOf(given).scope.split(" ").filter(Boolean)].sort(), what, line);
    if (scope === undefined) return undefined;
    if (scope === "") this.report.note("kept_aside", "a client without scopes: it gets no token until its client type has one", what, line);
    const name = `${this.source} ${createHash("sha256").update(scope).digest("hex").slice(0, 8)}`;
    return this.names.client_type.get(name) ?? this.type({ name, scope });
  }

  /** A client. `typeId` is the result of `type` or `typeOfScopes`. Returns whether its connections may be taken. */
  client({ id, name, typeId, userId, isBlocked, blockReason, grantTypes, settings, accessType, privSettings, insertedAt, updatedAt, line }) {
    const own = this.ownId("client", "a client", id, line);
    if (own === undefined) return false;
    if (typeId === undefined) return Boolean(this.leave("a client whose client type is not taken", id, line));
    const label = isName(name) ? name : own;
    if (label !== name) this.report.note("changed", "a client without a name that fits gets its id as its name", id, line);
    const kept = { ...settings };
    for (const grant of listOf(grantTypes ?? kept.allowed_grant_types)) {
      if (!GRANTS.includes(grant)) this.report.note(grantTypes ? "left_out" : "kept_aside", `the grant ${shown(grant)}, which is not offered here`, id, line);
    }
    if (grantTypes) kept.allowed_grant_types = GRANTS.filter((grant) => grantTypes.includes(grant));
    let text = JSON.stringify(kept);
    if (Buffer.byteLength(text) > MAX_SETTINGS) {
      this.report.note("changed", `settings of more than ${MAX_SETTINGS} bytes; only the grants are kept`, id, line);
      text = JSON.stringify({ allowed_grant_types: kept.allowed_grant_types });
    }
    const priv = { access_type: accessType ?? "BROKER", ...privSettings };
    this.seen.client.add(own);
    const found = this.there.client(own);
    if (found) {
      this.report.there.client += 1;
      if (found.name !== label || found.type !== typeId) this.report.note("conflict", "a client with another name or client type", id, line);
      return true;
    }
    const times = [storedTime(insertedAt) ?? this.at, storedTime(updatedAt) ?? this.at];
    const reason = isBlocked ? (isName(blockReason) ? blockReason : `Disabled in ${this.source}`) : null;
    const user = isId(userId) ? canonical(userId) : null;
    this.portions.add("client", [own, label, user, typeId, isBlocked ? 1 : 0, reason, text, JSON.stringify(priv), ...times]);
    this.report.taken.client += 1;
    return true;
  }

  knowsClient = (id) => typeof id === "string" && (this.seen.client.has(canonical(id)) || this.there.client(canonical(id)) !== undefined);

  /**
   * A connection. `secrets` are { text, createdAt, expiresAt }; `isHashed` says that the source keeps hashes only. `secretless`:
   * a client that authenticates by another way than a secret, so that a missing one is no news.
   */
  connection({ id, clientId, consumerId = clientId, redirectUri, method = "client_secret_basic", jwks, secrets = [], isHashed = false, insertedAt, updatedAt, line }) {
    const own = this.ownId("connection", "a connection", id, line);
    if (own === undefined) return;
    // People know a client by its id; that of the connection may be one that the old service keeps to itself.
    const what = id === clientId ? id : `${clientId} (connection ${id})`;
    for (const [role, who] of [["client", clientId], ["consumer", consumerId]]) {
      if (!this.knowsClient(who)) return void this.leave(`a connection whose ${role} is not taken`, what, line);
    }
    const pair = [clientId, consumerId].map(canonical);
    if (this.pairs.has(pair.join("\0"))) return void this.leave("a second connection of the same client and consumer", what, line);
    this.seen.connection.add(own);
    this.pairs.add(pair.join("\0"));
    const keys = method === "private_key_jwt" ? publicKeys(jwks) : {};
    if (keys.fault) return void this.leave(`a connection with private_key_jwt whose key set ${keys.fault}`, what, line);
    if (this.there.connection(own, ...pair)) return void (this.report.there.connection += 1);
    const uri = redirectUri ?? NO_REDIRECT;
    const stored = method === "client_secret_basic" ? this.secrets(own, what, secrets, { isHashed, line }) : [];
    const times = [storedTime(insertedAt) ?? this.at, storedTime(updatedAt) ?? this.at];
    this.portions.add("connection", [own, ...pair, uri, method, keys.jwks ?? null, ...times, stored]);
    this.report.taken.connection += 1;
  }

  /** The one redirect URI that a connection has, of those that a source names. The others are reported. */
  redirect(uris, what, line) {
    const good = [];
    for (const uri of listOf(uris)) {
      const fault = uriFault(uri);
      if (fault) this.report.note("left_out", `a redirect URI that ${fault}`, `${what}: ${shown(uri)}`, line);
      else if (!good.includes(uri)) good.push(uri);
    }
    for (const uri of good.slice(1)) this.report.note("kept_aside", "a second redirect URI: a connection has one (it is in settings.imported_redirect_uris)", `${what}: ${shown(uri)}`, line);
    return { redirectUri: good[0], others: good.slice(1) };
  }

  /** The secrets as they are stored. Those that are expired or cannot be taken are noted. */
  secrets(connectionId, what, given, { isHashed, line }) {
    if (given.length === 0) this.report.note("masked", "a secret that is missing; refresh_secret makes a new one", shown(what), line);
    const rows = [];
    let hashes = 0;
    for (const { text, createdAt, expiresAt } of given) {
      const kind = classify(text, { isHashed });
      const ends = storedTime(expiresAt);
      if (kind.kind === "none") {
        const sort = /masked|variable|missing/.test(kind.why) ? "masked" : "left_out";
        this.report.note(sort, `a secret that ${kind.why}${sort === "masked" ? "; refresh_secret makes a new one" : ""}`, shown(what), line);
      } else if (ends !== undefined && ends <= this.at) {
        this.report.note("left_out", "a secret that has expired", shown(what), line);
      } else if (rows.length === MAX_SECRETS || (kind.kind === "hash" && hashes === MAX_HASHES)) {
        this.report.note("left_out", `a secret beyond the ${MAX_SECRETS} of a connection (${MAX_HASHES} of them hashes)`, shown(what), line);
      } else {
        const row = this.secretRow(connectionId, text, kind, storedTime(createdAt) ?? this.at, ends ?? null);
        const first = this.digests.get(row[1]);
        if (first !== undefined) this.report.note("left_out", "a secret that another connection has already; a secret proves one connection only", `${shown(what)} and ${shown(first)}`, line);
        else {
          this.digests.set(row[1], what);
          rows.push(row);
          if (kind.kind === "hash") [hashes, this.report.hashed] = [hashes + 1, this.report.hashed + 1];
          else if (kind.isWeak) this.report.note("weak", "a secret of fewer than 16 characters, or of few different ones", shown(what), line);
          this.report.taken.secret += 1;
        }
      }
    }
    return rows;
  }

  /** The values of a row of connection_secrets. The digest of a hash is a placeholder that no secret has. */
  secretRow(connectionId, text, { kind, isWeak }, createdAt, expiresAt) {
    if (kind === "hash") {
      const placeholder = createHash("sha256").update(`imported ${connectionId} ${text}`).digest("base64url");
      return [idOf(connectionId, placeholder), placeholder, 0, "····", createdAt, expiresAt, text];
    }
    const digest = createHmac("sha256", this.pepper.key).update(text).digest("base64url");
    const hint = isWeak && text.length < 16 ? "····" : [...text].slice(-4).join("");
    return [idOf(connectionId, digest), digest, this.pepper.version, hint, createdAt, expiresAt, null];
  }

  userRole({ id, userId, roleId, clientId, insertedAt, line }) {
    const role = this.seen.role.get(canonical(roleId ?? "")) ?? this.there.named("role", canonical(roleId ?? ""))?.id;
    if (!isId(userId)) return void this.leave("a user's role without a user", id ?? "", line);
    if (role === undefined) return void this.leave("a user's role whose role is not taken", id ?? userId, line);
    if (clientId && !this.knowsClient(clientId)) return void this.leave("a user's role at a client that is not taken", id ?? userId, line);
    const [user, client] = [canonical(userId), clientId ? canonical(clientId) : null];
    const own = isId(id) ? canonical(id) : idOf(this.source, "user_role", user, role, client ?? "");
    if (this.there.hasUserRole(own)) return void (this.report.there.user_role += 1);
    this.portions.add("user_role", [own, user, role, client, storedTime(insertedAt) ?? this.at]);
    this.report.taken.user_role += 1;
  }

  approval({ id, userId, clientId, scope: given, insertedAt, updatedAt, line }) {
    if (!isId(userId)) return void this.leave("an approval without a user", id ?? "", line);
    if (!this.knowsClient(clientId)) return void this.leave("an approval of a client that is not taken", id ?? "", line);
    const scope = this.ownScope("an approval", given, id, line);
    if (!scope) return void this.leave("an approval without scopes", id ?? "", line);
    const own = isId(id) ? canonical(id) : idOf(this.source, "approval", userId, clientId);
    if (this.there.hasApproval(own)) return void (this.report.there.approval += 1);
    this.portions.add("approval", [own, canonical(userId), canonical(clientId), scope, storedTime(insertedAt) ?? this.at, storedTime(updatedAt) ?? this.at]);
    this.report.taken.approval += 1;
  }
}
