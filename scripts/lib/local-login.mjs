// The login service of `npm start` and of the console's tests: the authorization code with PKCE, without a question to
// anybody. It listens on this machine only, sends codes only to the console of `origin`, and lives as long as the process
// that started it. A deployment has none: it names its own login service in CONSOLE_ISSUER.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

export const LOCAL_CONSOLE_CLIENT = "mithril-edge-console";

const text = (bytes) => bytes.toString("base64url");
const json = (answer, status, body) => answer.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" }).end(JSON.stringify(body));

async function form(request) {
  let sent = "";
  for await (const piece of request.setEncoding("utf8")) {
    sent += piece;
    if (sent.length > 10_000) break;
  }
  return new URLSearchParams(sent);
}

/** Starts it: { url, stop }. `mint(issuer)` makes the access token that a sign-in gets; `origin()` is the console's. */
export async function startLocalLogin({ origin, mint }) {
  const codes = new Map();
  let url;

  function authorize(query, answer) {
    const wanted = { response_type: "code", client_id: LOCAL_CONSOLE_CLIENT, redirect_uri: `${origin()}/console/sign-in`, code_challenge_method: "S256" };
    const wrong = Object.keys(wanted).find((name) => query.get(name) !== wanted[name]);
    if (wrong || !query.get("code_challenge")) return json(answer, 400, { error: "invalid_request", error_description: `${wrong ?? "code_challenge"} is not as the console sends it` });
    const code = text(randomBytes(24));
    codes.set(code, query.get("code_challenge"));
    const to = new URL(wanted.redirect_uri);
    for (const [name, value] of Object.entries({ code, state: query.get("state") ?? "", iss: url })) to.searchParams.set(name, value);
    return answer.writeHead(302, { location: to.href, "cache-control": "no-store" }).end();
  }

  async function token(request, answer) {
    const sent = await form(request);
    const challenge = codes.get(sent.get("code"));
    codes.delete(sent.get("code")); // a code is good once
    const verified = text(createHash("sha256").update(sent.get("code_verifier") ?? "").digest());
    if (challenge === undefined || challenge !== verified) return json(answer, 400, { error: "invalid_grant" });
    return json(answer, 200, { access_token: mint(url), token_type: "Bearer" });
  }

  const server = createServer((request, answer) => {
    // Another name that leads to this machine is refused, and so is a page of another origin.
    if (request.headers.host !== new URL(url).host) return json(answer, 400, { error: "invalid_request" });
    answer.setHeader("access-control-allow-origin", origin());
    const { pathname, searchParams } = new URL(request.url, url);
    if (request.method === "GET" && pathname === "/.well-known/openid-configuration") return json(answer, 200, { issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` });
    if (request.method === "GET" && pathname === "/authorize") return authorize(searchParams, answer);
    const isConsole = request.headers.origin === origin();
    if (request.method === "POST" && pathname === "/token" && isConsole) return void token(request, answer);
    return json(answer, 404, { error: "not_found" });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://localhost:${server.address().port}`;
  return { url, stop: () => (server.close(), server.closeAllConnections()) };
}
