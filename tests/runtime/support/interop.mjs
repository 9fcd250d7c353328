// What standard clients meet: the Worker at a plain HTTP address that it knows as its ISSUER, and a clinic with one
// connection for each way of client authentication.
import { createServer, request } from "node:http";
import { mint } from "./keys.mjs";
import { FIXTURE, startWorker } from "./worker.mjs";

export const CLIENT = "1380df72-275a-11e7-93ae-92361f002671";
export const USER = "user-1";
export const CONNECTIONS = { basic: "e5372365-d47a-467f-81d0-f35117864352", own: "e5372365-d47a-467f-81d0-f35117864353" };
export const REDIRECT = { basic: "https://clinic.example/callback", key: "https://clinic.example/key", public: "https://clinic.example/public", rsa: "https://clinic.example/rsa" };

const at = "2024-03-05T08:00:00Z";
const EXTRA = `
INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at) VALUES ('mis-2', 'MIS 2', 'type-mis', '${at}', '${at}'), ('mis-3', 'MIS 3', 'type-mis', '${at}', '${at}'), ('mis-4', 'MIS 4', 'type-mis', '${at}', '${at}');
UPDATE clients SET priv_settings = (SELECT priv_settings FROM clients WHERE id = '25c03af6-69bd-439e-b0dd-f1669b3dbbfd') WHERE id IN ('mis-2', 'mis-3', 'mis-4');
INSERT INTO connections (id, client_id, consumer_id, redirect_uri, token_endpoint_auth_method, inserted_at, updated_at) VALUES
  ('key', '${CLIENT}', 'mis-2', '${REDIRECT.key}', 'private_key_jwt', '${at}', '${at}'),
  ('rsa', '${CLIENT}', 'mis-4', '${REDIRECT.rsa}', 'private_key_jwt', '${at}', '${at}'),
  ('public', '${CLIENT}', 'mis-3', '${REDIRECT.public}', 'none', '${at}', '${at}');
INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES ('role-owner', 'Owner', 'connection:read connection:write', '${at}', '${at}');
INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES ('held', '${USER}', 'role-owner', '${CLIENT}', '${at}');
`;

/** A server that hands everything on to `target()`, because the Worker must know its address before it listens. */
async function front(target) {
  const server = createServer((incoming, outgoing) => {
    const { hostname, port } = new URL(target());
    const onward = request({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

export async function startIssuer(options = {}) {
  let worker;
  const { server, url } = await front(() => worker.url);
  worker = await startWorker({ ...options, fixture: FIXTURE + EXTRA, vars: { ISSUER: url, ...options.vars } });
  const admin = () => ({ authorization: `Bearer ${mint({ scope: "connection:refresh_secret" })}` });
  return {
    ...worker,
    issuer: url,
    async secret(connection = CONNECTIONS.basic, client = CLIENT) {
      const path = `/api/clients/${client}/connections/${connection}/actions/refresh_secret`;
      return (await worker.fetch(path, { method: "PATCH", headers: admin() })).json.data.secret;
    },
    /** The redirect that the login service sends a user's browser to. */
    async redirect(app) {
      const token = mint({ sub: USER, client_id: "login", client_type: "Auth_FE", scope: "app:authorize" });
      const answer = await worker.fetch("/oauth/apps/authorize", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ app: { client_id: CLIENT, ...app } }),
      });
      if (answer.status !== 201) throw new Error(answer.text);
      return new URL(answer.headers.get("location"));
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await worker.stop();
    },
  };
}
