// The console: mounts the shell. Everything else hangs below it.
import { render } from "preact";
import { loadConfig } from "./session";
import { Shell } from "./shell";

const place = document.getElementById("console");
if (place) render(<Shell />, place);
void loadConfig();
