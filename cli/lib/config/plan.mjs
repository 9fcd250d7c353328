// The difference between a file and a deployment, in words.
import { KINDS } from "./kinds.mjs";

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const told = (value) => (value === undefined ? "(none)" : typeof value === "string" ? value : JSON.stringify(value));

/** A record's difference, one line for each member. Lists say what is gained and lost. */
function lines(before, after) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => !same(before[name], after[name])).flatMap((name) => {
    const [one, other] = [before[name], after[name]];
    if (!Array.isArray(one) || !Array.isArray(other)) return [`${name} ${told(one)} → ${told(other)}`];
    const gained = other.filter((item) => !one.includes(item));
    const lost = one.filter((item) => !other.includes(item));
    return [gained.length > 0 && `${name} gains ${gained.join(", ")}`, lost.length > 0 && `${name} loses ${lost.join(", ")}`].filter(Boolean);
  });
}

/**
 * The steps from a deployment to a file: [{ action, kind, name, there, value, words }]. Kinds that the file does not have are
 * left alone. Records that the file does not have are "extra" steps.
 */
export function steps(wanted, deployed) {
  const found = [];
  for (const { kind, label, completed = (value) => value } of KINDS) {
    if (!wanted[kind]) continue;
    for (const [name, { value }] of wanted[kind]) {
      const there = deployed[kind].get(name);
      if (!there) found.push({ action: "create", kind, label, name, value, words: lines({}, value) });
      else {
        const whole = completed(value, there.value);
        const words = lines(there.value, whole);
        if (words.length > 0) found.push({ action: "replace", kind, label, name, there, value: whole, words });
      }
    }
    for (const [name, there] of deployed[kind]) if (!wanted[kind].has(name)) found.push({ action: "remove", kind, label, name, there, words: [] });
  }
  return found;
}

/** Which clients gain or lose scopes by changed client types. */
function effects(all, deployed) {
  return all.filter(({ kind, action }) => kind === "client_types" && action === "replace").map(({ name, words }) => {
    const clients = [...(deployed.clients?.values() ?? [])].filter(({ value }) => value.client_type === name).length;
    const scopes = words.filter((line) => line.startsWith("scope "));
    return scopes.length > 0 && clients > 0 ? `  ${clients} client${clients === 1 ? "" : "s"} of the type ${name}: ${scopes.join("; ")}` : undefined;
  }).filter(Boolean);
}

const SIGN = { create: "+", replace: "~", remove: "-" };

/** The plan as a person reads it. */
export function words(all, deployed, { prune }) {
  const shown = all.filter(({ action }) => action !== "remove" || prune);
  const text = shown.map(({ action, label, name, words: more }) => `${SIGN[action]} ${label} ${name}${action === "replace" ? `: ${more.join("; ")}` : ""}`);
  const extra = all.length - shown.length;
  const who = effects(all, deployed);
  return [
    ...(text.length > 0 ? text : ["The deployment is what the file says."]),
    ...(who.length > 0 ? ["", "Who gains or loses what:", ...who] : []),
    ...(extra > 0 ? ["", `${extra} record${extra === 1 ? " is" : "s are"} in the deployment and not in the file. They are left alone; --prune removes them.`] : []),
  ].join("\n");
}
