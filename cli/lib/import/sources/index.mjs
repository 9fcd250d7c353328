// The services whose exports can be taken. Each has `name`, `takes` (words for the help) and `read(path, collector)`.
import { auth0 } from "./auth0.mjs";
import { hydra } from "./hydra.mjs";
import { keycloak } from "./keycloak.mjs";
import { logto } from "./logto.mjs";
import { mithril } from "./mithril.mjs";

export const SOURCES = { mithril, keycloak, hydra, logto, auth0 };
