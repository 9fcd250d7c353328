// The Worker's entry. It calls wasm, and starts a new instance after a panic. It replaces worker-build's own shim, which makes
// a class and two proxies for each request (decision 0011); scripts/esbuild.mjs bundles this file instead.
import * as exports from "./index.js";

const state = exports.__worker_init_state();

/**
 * The errors of a request whose wasm instance was replaced while the request waited. They say nothing against the instance
 * that runs now.
 */
const LEFT_BEHIND = ["a task waits for nothing", "Cannot invoke closure from previous WASM instance"];

/** Starts a new wasm instance after a crash, with empty memory. Wasm does not unwind, so a panic leaves the old one broken. */
function revive() {
  if (!state.criticalError) return;
  console.error('{"event":"wasm_restarted"}');
  exports.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId++;
}

/** Answers 500 to a request that crashed. The new instance starts first, so that nothing runs in the broken one again. */
function failed(error, request, env) {
  if (!LEFT_BEHIND.includes(error?.message)) state.criticalError = true;
  revive();
  const given = request.headers.get("x-request-id") ?? "";
  const id = /^[\w\-.:#/+=@~]{1,128}$/.test(given) ? given : crypto.randomUUID();
  console.error(JSON.stringify({ event: "crash", cause: String(error), request_id: id }));
  const headers = {
    "x-request-id": id,
    "content-type": "application/json; charset=utf-8",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store, no-transform",
  };
  if (env.ISSUER?.trim().startsWith("https://")) headers["strict-transport-security"] = "max-age=31536000";
  return new Response(JSON.stringify(defect(request.url, id)), { status: 500, headers });
}

/** The documented text of Endpoint's 500. */
const TEXT = "An internal server error is an error on the web server you're trying to access.";
/** The addresses that answer as RFC 6749, 7662 and 7009 say. */
const STANDARD = ["/oauth/token", "/oauth/introspect", "/oauth/revoke"];
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The body of a 500 in the dialect of the path. src/http makes the same, but cannot be called after a crash;
 * tests/runtime/panic.test.mjs compares the two. */
function defect(url, id) {
  const { pathname, origin } = new URL(url);
  const oauth = { error: "server_error", error_description: "Internal server error." };
  const page = { Type: "/Errors/Internal Server Error", Title: "Internal Server Error", StatusCode: 500, Instance: pathname };
  if (pathname.startsWith("/Endpoint/"))
    return { Errors: [TEXT], ...page, RequestKey: GUID.test(id) ? id : crypto.randomUUID() };
  if (pathname.startsWith("/oAuth/")) return { ...oauth, Errors: [oauth.error_description], ...page };
  if (pathname.startsWith("/.well-known/") || STANDARD.includes(pathname)) return oauth;
  return {
    meta: { code: 500, url: origin + pathname, type: "object", request_id: id },
    error: { type: "internal_error", message: "Internal server error." },
  };
}

/** The addresses of the OpenAPI documents, which are files (public/). */
const DOCUMENT = /^\/openapi(\.mithril|\.endpoint)?\.json$/;

/**
 * The addresses that the documents of the Endpoint API print for themselves. Each has the OpenAPI document of that API, which
 * is version 3. JSON is YAML as well.
 */
const ENDPOINT_DOCUMENT =
  /^\/Endpoint\/rest\/[dD]oc\/(v3\/(?:Json|Yaml)\/)?(?:AccessGroups|Roles|Users|Applications|GroupExternals|Endpoint)\/?$/;

/** The answer of an address that has an OpenAPI document; undefined for any other. */
function document(request, env) {
  const { pathname } = new URL(request.url);
  if (DOCUMENT.test(pathname)) return openapi(request, env, pathname);
  const [found, asText] = ENDPOINT_DOCUMENT.exec(pathname) ?? [];
  if (!found || !["GET", "HEAD"].includes(request.method)) return undefined;
  return openapi(request, env, "/openapi.endpoint.json", asText ? "text/plain; charset=utf-8" : undefined);
}

/**
 * An OpenAPI document, with the address of this service in `servers`. The file has a variable there, because only a
 * deployment knows its ISSUER. The file's own tag is left out: it does not change with the setting.
 */
async function openapi(request, env, path, type) {
  const issuer = env.ISSUER?.trim();
  const address = new URL(path, request.url).href;
  if (!["GET", "HEAD"].includes(request.method)) return env.ASSETS.fetch(request);
  const file = await env.ASSETS.fetch(new Request(address));
  const servers = JSON.stringify([{ url: issuer, description: "The service that serves this document." }]);
  const committed = await file.text();
  const text = issuer ? committed.replace(/"servers": \[[^\]]*\]/, () => `"servers": ${servers}`) : committed;
  const headers = new Headers(file.headers);
  headers.delete("etag");
  if (type) headers.set("content-type", type);
  return new Response(request.method === "HEAD" ? null : text, { status: file.status, headers });
}

addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
});

export default {
  fetch(request, env, context) {
    const file = /\/openapi|\/[dD]oc\//.test(request.url) ? document(request, env) : undefined;
    if (file) return file;
    revive();
    try {
      const answer = exports.fetch(request, env, context);
      return answer instanceof Promise ? answer.catch((error) => failed(error, request, env)) : answer;
    } catch (error) {
      return failed(error, request, env);
    }
  },
  /** The cron trigger. A failure is logged; the next minute tries again. */
  async scheduled(_, env, context) {
    revive();
    try {
      await exports.scheduled(new Request("https://scheduled.invalid/"), env, context);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
      console.error(JSON.stringify({ event: "housekeeping_failed", cause: String(error) }));
    }
  },
};
