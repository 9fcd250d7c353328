// The page at /docs: public/docs.html and page.js are ours, scalar.js is Scalar's API reference out of its npm
// package, put beside them by the build. Nothing comes from a CDN.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { at, say } from "./project.mjs";

const PACKAGE = "@scalar/fastify-api-reference"; // the one package that carries the whole script and little else
const SCRIPT = at("public", "docs", "scalar.js");

/** The package is a Fastify plugin whose routes serve the script: it is asked for it as Fastify would. */
async function script() {
  const { default: plugin } = await import(PACKAGE);
  const routes = [];
  plugin({ route: (route) => routes.push(route), hasPlugin: () => false }, { configuration: { url: "/openapi.json" } }, () => {});
  let text;
  const reply = { header: () => reply, send: (body) => (text = body) };
  routes.find(({ url }) => url.endsWith("/scalar.js")).handler({}, reply);
  return text;
}

export async function docs() {
  const { version } = JSON.parse(readFileSync(at("node_modules", ...PACKAGE.split("/"), "package.json"), "utf8"));
  const head = `/* Scalar API reference, ${PACKAGE} ${version}, MIT licence */\n`;
  if (existsSync(SCRIPT) && readFileSync(SCRIPT, "utf8").startsWith(head)) return;
  mkdirSync(at("public", "docs"), { recursive: true });
  writeFileSync(SCRIPT, head + (await script()));
  say(`✔ API reference: Scalar ${version} (public/docs/scalar.js)`);
}
