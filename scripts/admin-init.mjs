// npm run admin:init: makes the first administration of a database, from which everything else can be made over the API.
import { commandLine } from "./lib/arguments.mjs";
import { CLIENT, STATE, TYPE, missingScopes, parsedState, plan } from "./lib/administration.mjs";
import { checkTarget, query, write } from "./lib/d1.mjs";
import { Stop, main, say } from "./lib/project.mjs";
import { givenPeppers, newSecret } from "./lib/connection-secrets.mjs";

const USAGE = `Usage: npm run -s admin:init -- [options]   makes the first administration of a database

It makes the documented client types, a client of the type "${TYPE.name}" and a connection of that client, and prints the
secret of the connection once. Run it after the migrations. It may be repeated: a second run says what is there, makes
nothing, and cannot show the secret again.

  --remote            in the deployed database; without it, in the local one (.wrangler/state)
  --peppers FILE      the file that was given to \`wrangler secret put SECRET_PEPPERS\`; "-" reads stdin. Instead of it,
                      the environment variable SECRET_PEPPERS may hold the value. Locally, .dev.vars is enough.
  --new-scopes        gives the administration the scopes that this version asks for and the one before did not
  --new-secret        replaces the secret; the former one and its tokens stop working
  --json              prints {"client_id", "connection_id", "client_secret", "scope"} for scripts; client_secret is
                      null when no secret was made
  --persist-to PATH   another local database, as in \`wrangler dev --persist-to\``;

const flag = { type: "boolean" };
const string = { type: "string" };
const OPTIONS = { remote: flag, peppers: string, "new-scopes": flag, "new-secret": flag, json: flag, "persist-to": string };

function missingPeppers() {
  throw new Stop(
    "The peppers are missing, so nothing was made. A secret works only when its digest is made with the first pepper of the deployed\n" +
      "SECRET_PEPPERS, and nobody can read that back from Cloudflare. Give the file that was set with --peppers peppers.json, or its text\n" +
      "in the environment variable SECRET_PEPPERS.",
  );
}

const read = async (given) => parsedState((await query(given, STATE))[0]);

/** Refuses what this command must not decide: records that somebody has made or changed by hand. */
function checkState({ client, connection, type }, isNewSecretWanted) {
  if (!client && type?.context === "own") {
    throw new Stop(`The client type "${TYPE.name}" is there with the context "own", so its clients cannot administer. Rename or delete it, and run this again.`);
  }
  if (connection && isNewSecretWanted && connection.method !== "client_secret_basic") {
    throw new Stop(`The connection ${connection.id} authenticates by ${connection.method}, so a secret would not work. PUT it with "client_secret_basic" first.`);
  }
}

/** What keeps the administration that is there from working. */
function warnings(state, secret, areNewScopesWanted) {
  const { client, connection } = state;
  const missing = areNewScopesWanted ? [] : missingScopes(state);
  return [
    missing.length > 0 && `Its type lacks scopes that this version asks for: ${missing.join(" ")}. Add them with --new-scopes.`,
    client?.blocked && "The client is blocked, so it gets no token.",
    client && client.context !== "any" && `Its type "${client.type}" has the context "own", so it cannot administer.`,
    connection && secret === undefined && connection.method === "client_secret_basic" && connection.secrets === 0 && "It has no secret that works: make one with --new-secret.",
  ].filter(Boolean);
}

const shown = ({ client_id, connection_id, client_secret, scope }) =>
  [`client_id      ${client_id}`, `connection_id  ${connection_id}`, ...(client_secret === null ? [] : [`client_secret  ${client_secret}`]), `scope          ${scope}`].join("\n");

const NEXT = `
Keep the client_secret now: it is shown this once. A first token, and a first call with it ($URL is the Worker's address):

  curl -s -u CLIENT_ID:CLIENT_SECRET $URL/oauth/token -d grant_type=client_credentials
  curl -s -H "Authorization: Bearer ACCESS_TOKEN" $URL/admin/clients`;

main(async () => {
  const { values: given } = commandLine(USAGE, { options: OPTIONS });
  checkTarget(given);
  const isNewSecretWanted = given["new-secret"] ?? false;
  const areNewScopesWanted = given["new-scopes"] ?? false;
  const known = givenPeppers(given.peppers, given.remote);
  const state = await read(given);
  checkState(state, isNewSecretWanted);
  const makeSecret = () => newSecret(known ?? missingPeppers());
  const { made, sql, connectionId, scope, secret } = plan(state, { isNewSecretWanted, areNewScopesWanted, makeSecret });
  if (made.length > 0) await write(given, sql);

  const answer = { client_id: CLIENT.id, connection_id: connectionId, client_secret: secret ?? null, scope };
  console.log(given.json ? JSON.stringify(answer) : shown(answer));
  if (made.length > 0) say(`✔ made: ${made.join(", ")}`);
  else say("✔ The administration is there, and nothing was made. Its secret cannot be shown again; --new-secret replaces it.");
  for (const warning of warnings(state, secret, areNewScopesWanted)) say(`! ${warning}`);
  if (secret !== undefined && !given.json) say(NEXT);
});
