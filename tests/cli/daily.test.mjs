// The daily verbs as processes against the served Worker: who is let in, lists, secrets that are shown once, and the doctor.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createDecipheriv, createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { sealFor } from "../../cli/lib/seal.mjs";
import { run } from "../../scripts/lib/project.mjs";
import { PEPPERS, cli, database, folder, serve, token } from "./support.mjs";

const home = folder();
const CLIENT = "00000000-0000-4000-8000-00000000000a";
let worker, db, admin, connection;
const as = (args, env = {}) => cli(args, { env: { XDG_CONFIG_HOME: home, ...env } });
const call = async (...args) => {
  const { code, stderr, json } = await as([...args, "--json"]);
  assert.equal(code, 0, stderr);
  return json;
};

before(async () => {
  db = await database();
  const peppers = join(home, "peppers.json");
  writeFileSync(peppers, JSON.stringify(PEPPERS));
  const made = await cli(["admin", "init", "--persist-to", db.path, "--peppers", peppers, "--json"]);
  assert.equal(made.code, 0, made.stderr);
  admin = made.json;
  worker = await serve(db.path);
});
after(() => worker?.stop());

test("before a login every verb says so, and a wrong secret is kept nowhere", async () => {
  const nobody = await as(["clients", "--url", worker.url]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /Nobody is logged in there\. Run `mithril-edge login URL`/);
  const wrong = join(home, "wrong");
  writeFileSync(wrong, "mes_wrong");
  const refused = await as(["login", worker.url, "--secret-file", wrong]);
  assert.equal(refused.code, 3, refused.stderr);
  assert.throws(() => statSync(join(home, "mithril-edge", "profile.json")), /ENOENT/);
});

test("login keeps the client in a file of its owner, and its secret goes to no other address", async () => {
  const file = join(home, "secret");
  writeFileSync(file, `${admin.client_secret}\n`);
  const { code, stderr, stdout } = await as(["login", worker.url, "--secret-file", file]);
  assert.equal(code, 0, stderr);
  assert.ok(!`${stdout}${stderr}`.includes(admin.client_secret));
  assert.equal(statSync(join(home, "mithril-edge", "profile.json")).mode & 0o777, 0o600);
  const other = await as(["clients", "--url", "http://127.0.0.1:9"]);
  assert.match(other.stderr, /Nobody is logged in there/);
});

test("lists are tables for people and JSON for programs, and a block is seen in them", async () => {
  const config = join(home, "config.yaml");
  writeFileSync(config, JSON.stringify({ version: 1, client_types: [{ name: "T", scope: ["a:b"], context: "own" }], roles: [{ name: "R", scope: ["a:b"] }], clients: [{ id: CLIENT, name: "C", client_type: "T", settings: {}, priv_settings: { access_type: "DIRECT" } }], connections: [{ client: CLIENT, consumer: CLIENT, redirect_uri: "https://a.example/" }] }));
  const applied = await as(["apply", config]);
  assert.equal(applied.code, 0, applied.stderr);
  assert.equal((await as(["clients", "block", CLIENT, "--reason", "late"])).code, 0);
  assert.deepEqual((await call("clients")).find(({ id }) => id === CLIENT).block_reason, "late");
  assert.match((await as(["clients"])).stdout, new RegExp(`^id +name +blocked\n[^]*${CLIENT} +C +late\n`));
  assert.equal((await as(["clients", "unblock", CLIENT])).code, 0);
  assert.deepEqual((await call("roles")).map(({ name }) => name), ["R"]);
  assert.deepEqual(await call("groups"), []);
  [{ id: connection }] = await call("connections", CLIENT);
  const missing = await as(["connections", "00000000-0000-4000-8000-00000000dead"]);
  assert.deepEqual([missing.code, missing.stdout], [3, ""]);
});

test("a new secret is printed once and works, and the list shows its end only", async () => {
  const { code, stdout } = await as(["secrets", "rotate", CLIENT, connection]);
  assert.equal(code, 0);
  assert.equal((await token(worker, CLIENT, stdout.trim())).status, 200);
  const [secret] = await call("secrets", CLIENT);
  assert.equal(secret.hint, stdout.trim().slice(-4));
  assert.deepEqual((await call("secrets", "--due", "1")).filter(({ client_id }) => client_id === CLIENT), []);
  assert.equal((await call("secrets", "--due", "0")).filter(({ client_id }) => client_id === CLIENT).length, 1);
});

test("a secret goes into a new file of its owner, and a file that is there costs no secret", async () => {
  const file = join(home, "new-secret");
  const { code, stdout, stderr } = await as(["secrets", "rotate", CLIENT, connection, "--grace", "60", "--out", file]);
  assert.deepEqual([code, stdout], [0, ""], stderr);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal((await token(worker, CLIENT, readFileSync(file, "utf8").trim())).status, 200);
  const before = await call("secrets", CLIENT);
  const again = await as(["secrets", "rotate", CLIENT, connection, "--out", file]);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is there already, and is never replaced\. Nothing was changed/);
  assert.deepEqual(await call("secrets", CLIENT), before);
  const [old] = before;
  assert.equal((await as(["secrets", "retire", CLIENT, connection, old.id])).code, 0);
  assert.deepEqual((await call("secrets", CLIENT)).map(({ id }) => id), before.slice(1).map(({ id }) => id));
});

test("a secret that is encrypted to a JWK is read with its private key only; a broken or private key costs no secret", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const before = await call("secrets", CLIENT);
  const broken = ["age1qqqq", "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwx", JSON.stringify(privateKey.export({ format: "jwk" })), '{"kty":"OKP","crv":"Ed25519","x":"a"}', "none.json"];
  for (const to of broken) assert.equal((await as(["secrets", "rotate", CLIENT, connection, "--to", to])).code, 1, to);
  assert.deepEqual(await call("secrets", CLIENT), before);
  const { code, stdout } = await as(["secrets", "rotate", CLIENT, connection, "--to", JSON.stringify(publicKey.export({ format: "jwk" }))]);
  assert.equal(code, 0);
  const [head, , iv, sealed, tag] = stdout.trim().split(".");
  const { epk } = JSON.parse(Buffer.from(head, "base64url"));
  const shared = diffieHellman({ privateKey: createPrivateKey({ format: "jwk", key: privateKey.export({ format: "jwk" }) }), publicKey: createPublicKey({ format: "jwk", key: epk }) });
  const info = Buffer.concat([Buffer.from([0, 0, 0, 1]), shared, Buffer.from([0, 0, 0, 7]), Buffer.from("A256GCM"), Buffer.alloc(8), Buffer.from([0, 0, 1, 0])]);
  const decipher = createDecipheriv("aes-256-gcm", createHash("sha256").update(info).digest(), Buffer.from(iv, "base64url")).setAAD(Buffer.from(head)).setAuthTag(Buffer.from(tag, "base64url"));
  const secret = Buffer.concat([decipher.update(Buffer.from(sealed, "base64url")), decipher.final()]).toString();
  assert.equal((await token(worker, CLIENT, secret)).status, 200);
});

test("an age file is read with the private key of its recipient, and is nowhere in clear", () => {
  // The key pair of age's own test vectors: 32 times 0x42.
  const file = sealFor("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")("mes_secret");
  const bytes = Buffer.from(file.split("\n").slice(1, -1).join(""), "base64");
  const [, header, share, wrapped, mac] = /^((?:.*\n-> X25519 (.{43})\n(.{43})\n)--- (.{43})\n)/.exec(bytes.toString("latin1"));
  const body = bytes.subarray(header.length);
  const key = (secret, salt, info) => Buffer.from(hkdfSync("sha256", secret, salt, info, 32));
  const open = (secret, nonce, sealed) => {
    const decipher = createDecipheriv("chacha20-poly1305", secret, nonce, { authTagLength: 16 }).setAuthTag(sealed.subarray(-16));
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  };
  const mine = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), Buffer.alloc(32, 0x42)]), format: "der", type: "pkcs8" });
  const theirs = Buffer.from(share, "base64");
  const shared = diffieHellman({ privateKey: mine, publicKey: createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "X25519", x: theirs.toString("base64url") } }) });
  const salt = Buffer.concat([theirs, Buffer.from(createPublicKey(mine).export({ format: "jwk" }).x, "base64url")]);
  const fileKey = open(key(shared, salt, "age-encryption.org/v1/X25519"), Buffer.alloc(12), Buffer.from(wrapped, "base64"));
  const signed = header.slice(0, -mac.length - 2);
  assert.equal(createHmac("sha256", key(fileKey, "", "header")).update(signed).digest("base64").slice(0, 43), mac);
  const nonce = Buffer.alloc(12, 0).fill(1, 11);
  assert.equal(open(key(fileKey, body.subarray(0, 16), "payload"), nonce, body.subarray(16)).toString(), "mes_secret");
  assert.ok(!bytes.includes("mes_secret"));
});

test("a change whose answers are lost is sent again under its key, and a service that stays away is 4", async () => {
  const seen = [];
  const server = createServer((request, answer) => {
    seen.push(request.headers["idempotency-key"]);
    if (seen.length < 3) request.socket.destroy();
    else answer.writeHead(200, { "content-type": "application/json" }).end('{"data":{"id":"x"}}');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const { code } = await as(["clients", "unblock", CLIENT, "--url", url], { MITHRIL_EDGE_TOKEN: "t" });
  server.close();
  assert.equal(code, 0);
  assert.deepEqual([seen.length, new Set(seen).size], [3, 1]);
  const away = await as(["clients", "--url", url], { MITHRIL_EDGE_TOKEN: "t" });
  assert.equal(away.code, 4, away.stderr);
});

test("why refuses what it does not know, and shows each right with its path", async () => {
  const unknown = await as(["why", "scope", "a:b", "--type", "role"]);
  assert.deepEqual([unknown.code, /--type is user, client, connection/.test(unknown.stderr)], [64, true]);
  const nobody = await as(["why", "client", "00000000-0000-4000-8000-0000000000ff"]);
  assert.deepEqual([nobody.code, /404/.test(nobody.stderr)], [3, true], nobody.stderr);

  const [role] = (await call("roles")).filter(({ name }) => name === "R");
  const users = Array.from({ length: 130 }, (_, number) => `user-${String(number).padStart(3, "0")}`);
  const rows = users.map((user) => `('held-${user}', '${user}', '${role.id}', '${CLIENT}', '2026-01-02T03:04:05Z')`);
  db.sql(`INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES ${rows.join(", ")}`);
  const holders = await call("why", "scope", "a:b");
  assert.deepEqual(holders.map(({ id }) => id).sort(), users, "every page");
  const { stdout } = await as(["why", "user", "user-007", "--client", CLIENT]);
  assert.match(stdout, new RegExp(`^right +path +gives +since +last_used\nrole +role R at client ${CLIENT} +a:b +2026-01-02`));
  assert.deepEqual((await call("why", "scope", "a:b", "--type", "client")).map(({ id }) => id), [CLIENT]);
  const client = await call("why", "client", CLIENT);
  assert.deepEqual([client.length, new Set(client.map(({ kind }) => kind))], [132, new Set(["client", "connection", "role"])]);
});

test("the audit is shown, exported and verified", async () => {
  assert.match((await as(["audit", "tail", "--rows", "7"])).stdout, /connection\.refresh_secret/);
  const file = join(home, "audit.ndjson");
  const { code, stdout, stderr } = await as(["audit", "export"]);
  assert.equal(code, 0, stderr);
  writeFileSync(file, stdout);
  assert.equal((await as(["audit", "verify", file])).code, 0);
});

test("a closed access review is exported and verified, an open one is not", async () => {
  const { access_token: bearer } = await (await fetch(new URL("/oauth/token", worker.url), {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${admin.client_id}:${admin.client_secret}`)}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  })).json();
  const send = async (method, path, body) => {
    const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
    return (await fetch(new URL(`/admin/reviews${path}`, worker.url), { method, headers, body: JSON.stringify(body) })).json();
  };
  const { data } = await send("POST", "", { name: "All", everything: true });
  const open = await as(["review", "export", data.id]);
  assert.deepEqual([open.code, open.stdout], [1, ""], open.stderr);
  await send("PATCH", `/${data.id}/actions/close`, { leave_open: true });
  const closed = await as(["review", "export", data.id]);
  assert.equal(closed.code, 0, closed.stderr);
  const file = join(home, "review.ndjson");
  writeFileSync(file, closed.stdout);
  const keys = new URL("/.well-known/jwks.json", worker.url).href;
  const verified = await as(["review", "verify", file, "--keys", keys]);
  assert.deepEqual([verified.code, verified.stdout.startsWith('whole: "All"')], [0, true], verified.stdout + verified.stderr);
});

test("the doctor names what is wrong and the command that mends it, and logout forgets", async () => {
  const { code, json } = await as(["doctor", "--json"]);
  // Nothing runs the cron here, so a slow machine may find that the audit waits for its seal.
  const wrong = json.filter(({ isFine, question }) => !isFine && !question.startsWith("the cron"));
  assert.deepEqual(json.filter(({ why }) => why !== undefined), []);
  // The tests serve under another name than their address.
  assert.deepEqual([code, wrong.map(({ question }) => question)], [1, ["its name is the address (ISSUER)"]]);
  assert.match(wrong[0].mend, /set ISSUER/);
  const broken = await serve(db.path, { CONNECTION_FIELDS: "frob" });
  try {
    const { json: found } = await as(["doctor", "--json", "--url", broken.url], { MITHRIL_EDGE_CLIENT_ID: admin.client_id, MITHRIL_EDGE_CLIENT_SECRET: admin.client_secret });
    const { isFine, why, mend } = found.find(({ question }) => question === "its settings and bindings are whole");
    assert.deepEqual([isFine, typeof mend], [false, "string"]);
    assert.match(why, /CONNECTION_FIELDS/);
  } finally {
    await broken.stop();
  }
  assert.equal((await as(["logout"])).code, 0);
  assert.match((await as(["clients", "--url", worker.url])).stderr, /Nobody is logged in/);
});

test("npx mithril-edge works in a checkout", async () => {
  const { code, stdout } = await run("npx", ["mithril-edge", "--help"], { capture: true, allowFailure: true });
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: mithril-edge COMMAND/);
});
