// What an import takes, changes and leaves out, and why. It counts everything and keeps some examples of each kind, so that
// its size does not depend on the file's.
const EXAMPLES = 5;

const KINDS = { client_type: "client types", role: "roles", client: "clients", connection: "connections", secret: "secrets", user_role: "users' roles", approval: "approvals", access_group: "access groups" };

/** @typedef {"changed" | "left_out" | "conflict" | "weak" | "masked" | "kept_aside"} NoteKind */
const NOTES = {
  changed: "changed on the way",
  left_out: "left out",
  conflict: "in conflict with what is there, and left as it is there",
  masked: "secrets that the export does not hold",
  weak: "secrets that are weak (they are taken; replace them soon)",
  kept_aside: "kept, but without effect here",
};

export class Report {
  constructor() {
    this.taken = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
    this.there = { ...this.taken };
    this.hashed = 0;
    /** @type {Map<NoteKind, Map<string, { count: number, examples: string[] }>>} */
    this.notes = new Map(Object.keys(NOTES).map((kind) => [kind, new Map()]));
  }

  /** Notes something about one record. `why` is the same sentence for all records of its kind. */
  note(/** @type {NoteKind} */ kind, why, what, line) {
    const reasons = this.notes.get(kind);
    const reason = reasons.get(why) ?? { count: 0, examples: [] };
    reason.count += 1;
    if (reason.examples.length < EXAMPLES) reason.examples.push(line === undefined ? what : `${what} (line ${line})`);
    reasons.set(why, reason);
  }

  json() {
    const notes = [...this.notes].map(([kind, reasons]) => [kind, [...reasons].map(([why, { count, examples }]) => ({ why, count, examples }))]);
    return { taken: this.taken, already_there: this.there, secrets_as_hashes: this.hashed, ...Object.fromEntries(notes) };
  }

  /** The report as a person reads it. */
  text() {
    const counted = (counts) => Object.entries(counts).filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${KINDS[kind]}`).join(", ") || "nothing";
    const out = [`taken:          ${counted(this.taken)}`, `already there:  ${counted(this.there)}`];
    if (this.hashed > 0) out.push(`${this.hashed} of the secrets are hashes of the old service: the Worker checks each once, at its first use.`);
    for (const [kind, reasons] of this.notes) {
      if (reasons.size === 0) continue;
      out.push("", `${NOTES[kind]}:`);
      for (const [why, { count, examples }] of reasons) {
        const more = count > examples.length ? `, and ${count - examples.length} more` : "";
        out.push(`  ${count} × ${why}: ${examples.join(", ")}${more}`);
      }
    }
    return out.join("\n");
  }
}
