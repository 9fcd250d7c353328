// The Worker's entry: what worker-build's own shim does (recover after a panic), without a class and two proxies
// for each request (decision 0008). scripts/esbuild.mjs bundles it in the other's place.
import * as exports from "./index.js";

const state = exports.__worker_init_state();

/** A panic aborts the whole wasm instance: the next call starts a new one, with an empty memory. */
function revive() {
  if (!state.criticalError) return;
  console.error('{"event":"wasm_restarted"}');
  exports.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId++;
}

function failed(error, request) {
  if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
  console.error(JSON.stringify({ event: "crash", cause: String(error) }));
  const { pathname, origin } = new URL(request.url);
  const requestId = crypto.randomUUID();
  const endpoint = pathname.startsWith("/Endpoint/") || pathname.startsWith("/oAuth/");
  const text = "An internal server error is an error on the web server you're trying to access.";
  const body = endpoint
    ? {
        Errors: [text],
        Type: "/Errors/Internal Server Error",
        Title: "Internal Server Error",
        StatusCode: 500,
        Instance: pathname,
        RequestKey: requestId,
      }
    : {
        meta: { code: 500, url: origin + pathname, type: "object", request_id: requestId },
        error: { type: "internal_error", message: "Internal server error." },
      };
  return Response.json(body, { status: 500, headers: { "x-request-id": requestId } });
}

addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
});

export default {
  fetch(request, env, context) {
    revive();
    try {
      const answer = exports.fetch(request, env, context);
      return answer instanceof Promise ? answer.catch((error) => failed(error, request)) : answer;
    } catch (error) {
      return failed(error, request);
    }
  },
};
