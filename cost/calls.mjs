// Every documented call, from the examples of public/openapi.json: a new route is counted as soon as it is documented.
import { readFileSync } from "node:fs";
import { at } from "../scripts/lib/project.mjs";
import { CLIENT, CONNECTION } from "./service.mjs";

const { paths } = JSON.parse(readFileSync(at("public", "openapi.json"), "utf8"));

/** How often a token request is made before it is counted: as often as makes one row in a hundred show. */
const TOKEN_REQUESTS = 120;

/** A code comes from here. */
const AUTHORIZE = "/oauth/apps/authorize";
/** What a user does takes the token of a user of the client. */
const OF_A_USER = /^\/(api\/(pis|user)|oauth\/(apps|user))(\/|$)/;
/** The paths of examples that mean another record than the others of their operation. */
const OTHER_RECORDS = {
  "PUT /admin/users/{user_id} (a-user-who-has-left)": `/admin/users/user-${CLIENT}`,
};

/** The name of the examples that are dry runs. D1 counts no rows of one, because its batch always fails: only its round trip counts. */
const DRY_RUN = "a-dry-run";

/** The examples of an operation's body: [{ name, type, value }]; one without a body when it takes none. */
function bodies({ requestBody }) {
  const [[type, content] = []] = Object.entries(requestBody?.content ?? {});
  if (!content?.examples) return [{}];
  return Object.entries(content.examples).map(([name, { value }]) => ({ name, type, value }));
}

/** The path with its parameters' examples. */
function filled(path, { parameters = [] }) {
  const find = (place, name) => parameters.find((one) => one.in === place && one.name === name);
  const target = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(find("path", name).example));
  // A permission is named by its type where the example is no number.
  const isType = find("query", "SubName")?.schema.enum.includes("PermissionId") && Number.isNaN(Number(find("path", "SubId").example));
  return isType ? `${target}?SubName=PermissionId` : target;
}

/** Every call: { id, route, method, path, type, value, isToken, isOpen, isGrant, times }. */
export function calls() {
  return Object.entries(paths).flatMap(([route, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      bodies(operation).map(({ name, type, value }) => {
        const place = `${method.toUpperCase()} ${route}`;
        const id = name ? `${place} (${name})` : place;
        const isToken = operation.security.some((one) => "client" in one);
        return {
          id, route: place, method: method.toUpperCase(), path: (OTHER_RECORDS[id] ?? filled(route, operation)) + (name === DRY_RUN ? "?dry_run=true" : ""), type, value, isToken,
          isOpen: operation.security.length === 0, isGrant: "grant_type" in { ...value, ...value?.token }, times: isToken ? TOKEN_REQUESTS : 2,
        };
      }),
    ),
  );
}

/** The text of a body of this type. */
const written = (type, value) => (type === "application/json" ? JSON.stringify(value) : new URLSearchParams(value).toString());

/** What an example cannot have, because it is made anew each time: the value that takes its place, by the field's name. */
const FRESH = {
  client_secret: (service) => service.secret,
  token: async (service, given) => (given === "nothing" ? given : (await grant(service)).access_token),
  // A client refreshes with the token that its last refresh gave it.
  refresh_token: async (service, _, last) => last?.refresh_token ?? (await grant(service)).refresh_token,
  code: async (service) => {
    const authorize = calls().find(({ path }) => path === AUTHORIZE);
    const { json } = await service.call(await request(service, authorize));
    return json.data.value;
  },
};

/** Endpoint's answer to a token request of the sample client. */
async function grant(service) {
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: service.secret }).toString();
  const { json } = await service.call({ method: "POST", path: "/oAuth/rest/v2/Token", headers: { "content-type": "application/x-www-form-urlencoded" }, body });
  return json;
}

/** The body with fresh values for the fields that need them, inside wrappers too. `last` is the answer to the call before. */
async function fresh(service, value, last) {
  const made = {};
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === "object" && member !== null && !Array.isArray(member)) made[name] = await fresh(service, member, last);
    else made[name] = FRESH[name] ? await FRESH[name](service, member, last) : member;
  }
  return made;
}

/** The request of a call, ready to be sent. What it needs is made first and not counted. */
export async function request(service, { method, path, type, value, isToken, isOpen }, last) {
  const headers = isToken || isOpen ? {} : { authorization: `Bearer ${OF_A_USER.test(path) ? service.userToken : service.token}` };
  let target = path;
  if (path.includes("/secrets/")) {
    // Only a secret that is not the last may be retired.
    const refresh = { method: "PATCH", path: path.replace(/secrets\/.*/, "actions/refresh_secret"), headers: { ...headers, "content-type": "application/json" }, body: '{"grace_period":86400}' };
    await service.call(refresh);
    const { json } = await service.call({ method: "GET", path: path.replace(/\/[^/]*$/, ""), headers });
    target = path.replace(/[^/]*$/, json.data.at(-1).id);
  }
  if (value === undefined) return { method, path: target, headers };
  return { method, path: target, headers: { ...headers, "content-type": type }, body: written(type, isToken ? await fresh(service, value, last) : value) };
}
