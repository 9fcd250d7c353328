// The reference page at /docs. public/docs.html and page.js are ours. scalar.js is Scalar's API reference: the build
// copies it from its npm package, so the page loads nothing from a CDN.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { at, say } from "./project.mjs";

const PACKAGE = "@scalar/fastify-api-reference"; // the smallest package that contains the whole script
const SCRIPT = at("public", "docs", "scalar.js");

/** Gets the script from the package. The package is a Fastify plugin, so this plays Fastify and calls its route. */
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
  say(`✔ wrote public/docs/scalar.js (Scalar ${version}, the API reference)`);
}
