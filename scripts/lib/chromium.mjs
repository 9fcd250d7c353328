// Finds the browser for the tests of the reference page and of the console. None is downloaded silently. In CI on Debian and Ubuntu it is
// installed with apt-get.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, step } from "./project.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const PLACES = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium"];

/** The path of a browser, or undefined. `CHROMIUM` names one. */
export function chromium() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [process.env.CHROMIUM, ...found, ...PLACES].find((path) => path && existsSync(path));
}

/** Installs Chromium in CI, when it is missing and this process may use apt-get. */
export async function ensureChromium() {
  if (chromium() || !process.env.CI || process.getuid?.() !== 0) return;
  step("Installing Chromium for the tests of the pages");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env, allowFailure: true });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], { env, allowFailure: true });
}
