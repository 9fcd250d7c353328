// CPU of a call, as the bench's report has it. The report measures some calls only.
import { readFileSync } from "node:fs";
import { at } from "../scripts/lib/project.mjs";

/** The scenes of the bench (bench/lib/scenes.mjs) that measure a documented call. */
const SCENES = {
  "GET /admin/roles/{id}": "role read, hot token",
  "GET /api/clients/{id}/connections": "list of 50 connections",
  "PATCH /api/clients/{id}/connections/{connection_id}": "PATCH connection",
  "PATCH /api/clients/{id}/connections/{connection_id}/actions/refresh_secret": "refresh secret",
  "DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Permission/{SubId}": "delete permission",
  "POST /oauth/token": "client_credentials grant",
};

/** µs by scene: the first column, "ours", of the table of CPU. */
function measured(report) {
  const table = report.split("\n## CPU\n")[1]?.split("\n## ")[0] ?? "";
  return Object.fromEntries([...table.matchAll(/^\| (.+?) \| ([\d,]+) /gm)].map(([, scene, micros]) => [scene, Number(micros.replaceAll(",", ""))]));
}

/** { of: µs of a route or undefined, most: the most of any scene } */
export function cpu() {
  const scenes = measured(readFileSync(at("bench", "report.md"), "utf8"));
  const known = Object.values(SCENES).map((scene) => scenes[scene]);
  const missing = Object.values(SCENES).find((scene) => scenes[scene] === undefined);
  if (missing) throw new Error(`bench/report.md has no scene "${missing}"`);
  return { of: (route) => scenes[SCENES[route]], most: Math.max(...known) };
}
