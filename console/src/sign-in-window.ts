// The window of the sign-in: it leads to the login service, takes the code that comes back, and exchanges it for a token
// (RFC 6749 §4.1, RFC 7636). It alone may call another host; the console itself calls only its own.
import { CHANNEL } from "./channel";

interface Endpoints {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
}
interface Config extends Partial<Endpoints> {
  client_id?: string;
  scope?: string;
}

const place = document.getElementById("said");
const say = (text: string) => place && (place.textContent = text);
const json = async (url: string) => {
  const answer = await fetch(url, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return (await answer.json()) as Record<string, unknown>;
};

/** The two endpoints: as configured, or from the issuer's own metadata (OpenID Connect Discovery, RFC 8414). */
async function endpoints(config: Config): Promise<Endpoints> {
  const { issuer, authorization_endpoint, token_endpoint } = config;
  if (!issuer) throw new Error("CONSOLE_ISSUER");
  if (authorization_endpoint && token_endpoint) return { issuer, authorization_endpoint, token_endpoint };
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const found = await json(`${origin}${path}/.well-known/openid-configuration`).catch(() => json(`${origin}/.well-known/oauth-authorization-server${path}`));
  if (found.issuer !== issuer) throw new Error(`issuer: ${String(found.issuer)}, CONSOLE_ISSUER: ${issuer}`);
  return found as unknown as Endpoints;
}

const redirectUri = () => `${location.origin}/console/sign-in`;

async function begin(config: Config, state: string, challenge: string) {
  const to = new URL((await endpoints(config)).authorization_endpoint);
  const asked = {
    response_type: "code", client_id: config.client_id ?? "", redirect_uri: redirectUri(), state,
    code_challenge: challenge, code_challenge_method: "S256", ...(config.scope && { scope: config.scope }),
  };
  for (const [name, value] of Object.entries(asked)) to.searchParams.set(name, value);
  location.replace(to);
}

/** Asks the console for the verifier of this sign-in. Only the page that began it has one. */
const verifierOf = (channel: BroadcastChannel, state: string) =>
  new Promise<string>((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<Record<string, string>>) => {
      if (data.type === "verifier" && data.state === state) resolve(data.verifier ?? "");
    };
    channel.postMessage({ type: "arrived", state });
  });

async function finish(config: Config, channel: BroadcastChannel, query: URLSearchParams) {
  const state = query.get("state") ?? "";
  if (query.has("error")) throw new Error([query.get("error"), query.get("error_description")].filter(Boolean).join(": "));
  const found = await endpoints(config);
  if (query.has("iss") && query.get("iss") !== found.issuer) throw new Error(`iss: ${query.get("iss")}`);
  const form = {
    grant_type: "authorization_code", code: query.get("code") ?? "", redirect_uri: redirectUri(),
    client_id: config.client_id ?? "", code_verifier: await verifierOf(channel, state),
  };
  const answer = await fetch(found.token_endpoint, { method: "POST", body: new URLSearchParams(form), headers: { accept: "application/json" } });
  const told = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
  if (!answer.ok || typeof told.access_token !== "string") throw new Error(String(told.error_description ?? told.error ?? answer.status));
  channel.postMessage({ type: "token", state, token: told.access_token });
  window.close();
}

async function run() {
  const query = new URLSearchParams(location.search);
  const channel = new BroadcastChannel(CHANNEL);
  const [first, state] = [query.get("begin"), query.get("begin") ?? query.get("state") ?? ""];
  history.replaceState(null, "", location.pathname); // the code is good once and need not stay in the address
  say("…");
  try {
    const config = (await json("/console/config")) as Config;
    if (first) await begin(config, first, query.get("challenge") ?? "");
    else await finish(config, channel, query);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    channel.postMessage({ type: "failed", state, problem });
    say(problem);
  }
}

void run();
