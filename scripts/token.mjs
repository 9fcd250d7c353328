// npm run token: makes an access token of the local login issuer. Prints only the token on stdout.
import { randomUUID } from "node:crypto";
import { commandLine, misused } from "./lib/arguments.mjs";
import { now, signJwt } from "./lib/jwt.mjs";
import { ensureDevVars, localIssuer } from "./lib/local.mjs";
import { main, say } from "./lib/project.mjs";
import { ADMIN, ALL_SCOPES } from "./lib/scopes.mjs";

const USAGE = `Usage: npm run -s token -- [options]   makes a token signed by the local login issuer (see .dev.vars)

  --client-type NAME     default "${ADMIN.client_type}"
  --client-id ID         default ${ADMIN.client_id} (the sample administrator)
  --scope "A B …"        default: every scope of the API
  --sub ID               default: the client id; --user is the same option
  --connection-id ID     adds the claim connection_id
  --expires-in SECONDS   default 3600; a negative number makes an expired token
  --typ TYPE             default: the type in TRUSTED_ISSUERS, else at+jwt`;

export function mint({ clientType = ADMIN.client_type, clientId = ADMIN.client_id, scope = ALL_SCOPES, sub, connectionId, expiresIn = 3600, typ, issuer } = {}) {
  const local = localIssuer();
  const iat = now();
  const claims = {
    iss: issuer ?? local.issuer,
    aud: local.audience,
    sub: sub ?? clientId,
    iat,
    exp: iat + expiresIn,
    jti: randomUUID(),
    client_id: clientId,
    client_type: clientType,
    scope,
    ...(connectionId && { connection_id: connectionId }),
  };
  return signJwt(local.key, claims, { typ: typ ?? local.typ });
}

/** Whether stdout goes to a program or a file and holds npm's own lines too, because `-s` is missing. */
const isInNpmsOutput = () => process.env.npm_lifecycle_event === "token" && process.env.npm_config_loglevel !== "silent" && !process.stdout.isTTY;

const string = { type: "string" };
const OPTIONS = {
  "client-type": string, "client-id": string, scope: string, sub: string, user: string,
  "connection-id": string, "expires-in": string, typ: string,
};

if (process.argv[1]?.endsWith("token.mjs")) {
  main(() => {
    const given = commandLine(USAGE, { options: OPTIONS }).values;
    const expiresIn = Number(given["expires-in"] ?? 3600);
    if (!Number.isInteger(expiresIn)) misused(`--expires-in is a whole number of seconds, not "${given["expires-in"]}".`, USAGE);
    if (isInNpmsOutput()) say("npm's own lines are before the token. In $(…) write `npm run -s token`.");
    ensureDevVars();
    console.log(
      mint({
        clientType: given["client-type"],
        clientId: given["client-id"],
        scope: given.scope,
        sub: given.sub ?? given.user,
        connectionId: given["connection-id"],
        expiresIn,
        typ: given.typ,
      }),
    );
  });
}
