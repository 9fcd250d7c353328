// The daily verbs: who is there, what they may do, and secrets.
import { closeSync, openSync, writeSync } from "node:fs";
import { Stop, say } from "../../../scripts/lib/project.mjs";
import { Api, CALLER } from "../api.mjs";
import { Misuse } from "../args.mjs";
import { sealFor } from "../seal.mjs";
import { print } from "../table.mjs";

const encoded = encodeURIComponent;
const ENDPOINT = "/Endpoint/rest/api/v1";

async function all(list, most = Infinity) {
  const found = [];
  for await (const record of list) {
    if (found.length >= most) break;
    found.push(record);
  }
  return found;
}

/** A verb that prints a list. */
const listing = (name, summary, path, columns, more = {}) => ({
  name, summary, ...more, options: { ...CALLER, ...more.options },
  async run({ values, positionals }) {
    print(await all(Api.of(values).list(path(positionals), more.query?.(values))), columns, values);
  },
});

const clients = listing("clients", "Lists the clients.", () => "/admin/clients", { id: (one) => one.id, name: (one) => one.name, blocked: (one) => (one.is_blocked ? one.block_reason : "") }, {
  options: { name: { value: "TEXT", help: "only those whose name contains it" } },
  query: ({ name }) => (name === undefined ? {} : { name }),
});

const CLIENT = [["CLIENT", "the id of a client"]];
const CONNECTION = [...CLIENT, ["CONNECTION", "the id of a connection"]];
const PATH = ([client, connection]) => `/api/clients/${encoded(client)}/connections/${encoded(connection)}`;

/** A change of a client by one of its actions. */
const action = (name, summary, path, options = {}, body = () => undefined) => ({
  name: `clients ${name}`, line: "CLIENT", summary, takes: [1, 1], arguments: CLIENT, options: { ...CALLER, ...options },
  async run({ values, positionals: [client] }) {
    const { json } = await Api.of(values).call("PATCH", `/admin/clients/${encoded(client)}/actions/${path}`, { body: body(values) });
    console.log(values.json ? JSON.stringify(json.data) : `✔ client ${client}: ${name}`);
  },
});

const connections = listing("connections", "Lists the connections of a client.", ([client]) => `/api/clients/${encoded(client)}/connections`, { id: (one) => one.id, consumer: (one) => one.consumer_id, redirect_uri: (one) => one.redirect_uri }, { line: "CLIENT", takes: [1, 1], arguments: CLIENT });

const DAY = 86_400_000;
const age = ({ created_at }) => Math.floor((Date.now() - Date.parse(created_at)) / DAY);
const SECRET = { id: (one) => one.id, hint: (one) => `…${one.hint}`, days_old: age, expires_at: (one) => one.expires_at, last_used_at: (one) => one.last_used_at };

const secrets = {
  name: "secrets", line: "[CLIENT [CONNECTION]]", summary: "Lists secrets, without their text: of a connection, of a client, or all that are due.",
  takes: [0, 2], arguments: [["CLIENT", "only its connections"], ["CONNECTION", "only this one"]],
  options: { ...CALLER, due: { value: "DAYS", help: "only secrets that are at least so many days old, or end within so many days" } },
  examples: ["mithril-edge secrets --due 365"],
  async run({ values, positionals: [client, connection] }) {
    const days = values.due === undefined ? undefined : Number(values.due);
    if (days !== undefined && !(Number.isInteger(days) && days >= 0)) throw new Misuse(`--due is a whole number of days, not "${values.due}".`);
    if (client === undefined && days === undefined) throw new Misuse("Name a client, or give --due.");
    const api = Api.of(values);
    const found = [];
    const ids = client === undefined ? await all(api.list("/admin/clients")) : [{ id: client }];
    for (const { id } of ids) {
      const links = connection === undefined ? await all(api.list(`/api/clients/${encoded(id)}/connections`)) : [{ id: connection }];
      for (const link of links) for await (const secret of api.list(`${PATH([id, link.id])}/secrets`)) found.push({ client_id: id, connection_id: link.id, ...secret });
    }
    const isDue = (secret) => days === undefined || age(secret) >= days || (secret.expires_at && Date.parse(secret.expires_at) - Date.now() <= days * DAY);
    print(found.filter(isDue), { client: (one) => one.client_id, connection: (one) => one.connection_id, ...SECRET }, values);
  },
};

/** Opens a new file that only its owner can read. It is opened before a secret is made, so that none is lost. */
function privateFile(path) {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    throw new Stop(error.code === "EEXIST" ? `${path} is there already, and is never replaced. Nothing was changed.` : `${path} cannot be written (${error.code}). Nothing was changed.`);
  }
}

const rotate = {
  name: "secrets rotate", line: "CLIENT CONNECTION", summary: "Makes a new secret for a connection, and shows it once.",
  about: `
Without --grace the former secrets and the connection's tokens end at once. The new secret is printed once; --out writes it
into a file that only you can read, and --to encrypts it to somebody's public key, so that it is nowhere in clear.`,
  takes: [2, 2], arguments: CONNECTION,
  options: {
    ...CALLER,
    grace: { value: "SECONDS", help: "the former secrets go on for so long (up to 604800), and so do the tokens" },
    out: { value: "FILE", help: "writes the secret into a new file with the mode 0600, and prints nothing" },
    to: { value: "KEY", help: "encrypts it: an age recipient (age1…), a public JWK, or a file with one" },
  },
  examples: ["mithril-edge secrets rotate CLIENT CONNECTION --grace 86400 --to age1…"],
  async run({ values, positionals }) {
    const grace = values.grace === undefined ? undefined : Number(values.grace);
    if (grace !== undefined && !(Number.isInteger(grace) && grace >= 0 && grace <= 604_800)) throw new Misuse(`--grace is a number of seconds up to 604800, not "${values.grace}".`);
    const seal = values.to === undefined ? (text) => text : sealFor(values.to);
    const api = Api.of(values);
    await api.access();
    const file = values.out === undefined ? undefined : privateFile(values.out);
    const { json } = await api.call("PATCH", `${PATH(positionals)}/actions/refresh_secret`, { body: grace === undefined ? {} : { grace_period: grace } });
    const secret = seal(json.data.secret);
    if (file !== undefined) {
      writeSync(file, `${secret}\n`);
      closeSync(file);
      say(`✔ the secret is in ${values.out}`);
    } else if (values.json) console.log(JSON.stringify({ connection_id: positionals[1], secret }));
    else console.log(secret);
  },
};

const retire = {
  name: "secrets retire", line: "CLIENT CONNECTION SECRET", summary: "Ends one secret of a connection.",
  takes: [3, 3], arguments: [...CONNECTION, ["SECRET", "the id of a secret, from `secrets`"]], options: CALLER,
  async run({ values, positionals: [client, connection, secret] }) {
    const { json } = await Api.of(values).call("DELETE", `${PATH([client, connection])}/secrets/${encoded(secret)}`);
    console.log(values.json ? JSON.stringify(json?.data ?? null) : `✔ the secret ${secret} is retired`);
  },
};

export const DAILY = [
  clients,
  action("block", "Blocks a client: its tokens are refused at once.", "block", { reason: { value: "TEXT", help: "why; the client's record shows it" } }, ({ reason }) => ({ block_reason: reason ?? "" })),
  action("unblock", "Ends the block of a client.", "unblock"),
  action("end-tokens", "Ends all tokens of a client.", "deactivate_tokens"),
  connections,
  secrets, rotate, retire,
  listing("roles", "Lists the roles with their scopes.", () => "/admin/roles", { id: (one) => one.id, name: (one) => one.name, scope: (one) => one.scope }),
  listing("groups", "Lists the access groups.", () => `${ENDPOINT}/AccessGroups`, { Id: (one) => one.Id, Name: (one) => one.Name, active: (one) => (one.Is_Active ? "yes" : "no") }),
];
