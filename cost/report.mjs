// docs/cost.md: the tables between its markers.
import { CLOUDFLARE, asOf } from "./prices.mjs";
import { bill, perMillion } from "./bill.mjs";
import { MUSTS } from "./musts.mjs";

const table = (heads, rows) => [heads, heads.map((_, at) => (at ? "---:" : "---")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const whole = (count) => Math.round(count).toLocaleString("en");
const cents = (dollars) => `$${dollars.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const both = (first, again) => (first === again ? `${again}` : `${again} (${first})`);

/** The figure of a must: the worst of its calls, or that of a client. `measured` is what `measure` answers. */
export function figure({ of, count }, { calls, client }) {
  if (of === "client") return client[count];
  const routes = calls.filter(({ method }) => method);
  const chosen = of === "all" ? routes : of instanceof RegExp ? routes.filter(({ id }) => of.test(id)) : of.map((id) => calls.find((call) => call.id === id) ?? missing(id));
  const figures = { mean: ({ mean }) => mean, dollars: ({ again, micros }) => perMillion(again, micros) };
  return Math.max(...chosen.map(figures[count] ?? (({ again }) => again[count])));
}

/** What a must allows: more than it asks where it is missed, as `open` says. */
export const allowed = ({ must, aim, atLeast, open }) => ({ limit: open?.now ?? must, holds: (found, figure) => (atLeast ? found >= figure : found <= figure), must, aim });

function missing(id) {
  throw new Error(`cost/musts.mjs names "${id}", which is no call`);
}

function musts(measured) {
  const rows = MUSTS.map((must) => {
    const found = figure(must, measured);
    const { holds } = allowed(must);
    const mark = holds(found, must.aim) ? "✔✔ aim" : holds(found, must.must) ? "✔ must" : "✘ missed";
    const sign = must.atLeast ? "≥" : "≤";
    return [must.what, Number(found.toFixed(3)).toLocaleString("en"), ...[must.must, must.aim].map((limit) => `${sign} ${limit.toLocaleString("en")}`), mark];
  });
  const missed = MUSTS.filter((must) => must.open).map(({ what, open }) => `- ${what}: ${open.why}`);
  return `${table(["figure", "counted", "must", "aim", ""], rows)}

Missed, and why:
${missed.join("\n")}`;
}

const routes = (calls) =>
  table(
    ["call", "rows read", "rows written", "round trips", "KV", "subrequests", "CPU µs", "$ a million"],
    calls.map(({ id, first, again, measuredMicros, micros }) => {
      const kv = (counts) => counts.kvRead + counts.kvWritten;
      const subrequests = (counts) => counts.trips + kv(counts) + counts.fetches;
      return [
        `\`${id}\``, both(first.read, again.read), both(first.written, again.written), both(first.trips, again.trips), both(kv(first), kv(again)),
        both(subrequests(first), subrequests(again)), measuredMicros ? whole(measuredMicros) : "–", perMillion(again, micros).toFixed(2),
      ];
    }),
  );

/** The bill of `mine` as a table with two sentences. */
export function billed(mine, calls) {
  const { lines, dollars, tokens, elsewhere } = bill(mine, calls);
  const NAMES = { requests: "requests", cpuMs: "CPU, ms", read: "rows read", written: "rows written", kvRead: "KV reads", kvWritten: "KV writes", storedGb: "D1 storage, GB" };
  const rows = lines.map(({ name, units, dollars: cost }) => [NAMES[name], name === "storedGb" ? units.toFixed(1) : whole(units), cents(cost)]);
  const others = elsewhere.map(({ name, dollars: cost, note }) => `${name}: ${cents(cost)} (${note}).`).join(" ");
  return `${table(["", "a month", "dollars"], [...rows, ["Workers paid plan", "", cents(CLOUDFLARE.plan)], [`**${whole(mine.clients)} clients**`, "", `**${cents(dollars)}**`]])}

The same ${whole(tokens)} tokens elsewhere: ${others}`;
}

/** The text between the markers. */
export const report = ({ calls, sizes, client }, assumed) => `### Must and aim

${musts({ calls, client })}

### Every call

A figure in brackets is that of the first such call in an isolate, where it differs. Prices of ${asOf}.

${routes(calls)}

### Bytes of a row

With its indexes, in a database with 10,000 of each: ${sizes.map(({ name, bytes }) => `${name} ${whole(bytes)}`).join(", ")}.

### A month

${billed(assumed, calls)}`;
