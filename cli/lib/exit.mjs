// The exit codes of every verb. Scripts can rely on them.

export const EXIT = { ok: 0, failed: 1, drift: 2, refused: 3, unreachable: 4, misused: 64 };

/** For the help and docs/cli.md. */
export const EXIT_CODES = [
  [EXIT.ok, "done, or nothing to do"],
  [EXIT.failed, "it failed; the message says why and what to do"],
  [EXIT.drift, "`plan`: the deployment differs from the file"],
  [EXIT.refused, "the service refused the call (401, 403, 404, 409, 412, 422)"],
  [EXIT.unreachable, "the service was not reached, or answered 429 or 5xx after all retries"],
  [EXIT.misused, "the command line is wrong"],
];
