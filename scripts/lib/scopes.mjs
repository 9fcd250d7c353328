// Every scope that the API asks for somewhere, in both dialects. The admin token of `npm start` holds them all.
const each = (names, verbs) => names.flatMap((name) => verbs.map((verb) => `${name}:${verb}`));

export const ALL_SCOPES = [
  ...each(["connection"], ["read", "write", "refresh_secret", "delete"]),
  ...each(["client", "client_type", "role", "token", "app"], ["read", "write", "delete"]),
  ...each(["user"], ["read", "write"]),
  "audit:read",
  "secret:refresh",
  ...each(["AccessManager", "AccessUser"], ["Read", "Create", "Update", "Delete"]),
].join(" ");

/** The Mithril administrator of samples/sample.sql. */
export const ADMIN = { client_id: "0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01", client_type: "MITHRIL ADMIN" };
