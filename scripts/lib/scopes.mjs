// Every scope that the API requires anywhere, from its OpenAPI document. The token of `npm start` has all of them.
import { readFileSync } from "node:fs";
import { at } from "./project.mjs";

const { paths } = JSON.parse(readFileSync(at("public", "openapi.json"), "utf8"));
const requirements = Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ security }) => security));

export const ALL_SCOPES = [...new Set(requirements.flatMap((requirement) => Object.values(requirement).flat()))].join(" ");

/** The Mithril administrator of samples/sample.sql. */
export const ADMIN = { client_id: "0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01", client_type: "MITHRIL ADMIN" };
