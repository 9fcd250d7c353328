// Guards of dry runs: nothing is written, what is told is what the change does, and a wish is never ignored.

const DRY = "src/request/dry_run.rs";
const RIGHTS = "src/db/rights.rs";

export default [
  { name: "a dry run is made", file: "schema.sql", from: "  SELECT RAISE(ABORT, NEW.answer);", to: "  SELECT 1;", tests: "dry_run" },
  { name: "a route without a dry run ignores the wish", file: DRY, from: "return Err(Failure::NoDryRun);", to: "return Ok(None);", tests: "dry_run::routes" },
  { name: "an address without a token ignores the wish", file: "src/lib.rs", from: "        DryRun::wanted(request, route.dialect, route.may_run_dry())?;\n", to: "", tests: "dry_run::routes" },
  { name: "a preference with a value is ignored", file: DRY, from: "Err(Failure::Header(Header::Prefer.label()))", to: "Ok(false)", tests: "dry_run::changes" },
  { name: "a dry run uses an idempotency key up", file: "src/lib.rs", from: "claim.filter(|_| call.dry_run.is_none())", to: "claim", tests: "dry_run::routes" },
  { name: "a dry run remembers that the use of an api-key was noted", file: "src/request/call.rs", from: "if let (None, Some(key), None) = (refusal, self.gate.key(), &self.dry_run)", to: "if let (None, Some(key), _) = (refusal, self.gate.key(), &self.dry_run)", tests: "dry_run::changes" },
  { name: "a refusal of the database is told as a change", file: DRY, from: 'if made.as_deref() == Some("0") {', to: "if false {", tests: "dry_run" },
  { name: "more paths than are written down are told as all", file: DRY, from: "if changes.is_none() {", to: "if false {", tests: "dry_run::changes" },
  { name: "the parts of the vendor's pair are left out one-sidedly", file: RIGHTS, from: "OR substr(name, -7) IN (':Create', ':Update')\n", to: "\n", tests: "dry_run::random" },
  { name: "a user's role at all clients does not count at one", file: "schema.sql", from: "own > 0 OR (others > 0 AND ceiling > 0) AS has", to: "own > 0 AS has", tests: "dry_run::random" },
  { name: "the text of a dry run is read as another error", file: "src/db/error.rs", from: "return Self::DryRun(found.to_owned());", to: "let _ = found;", tests: "dry_run" },
];
