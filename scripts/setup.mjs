// npm run setup: Rust target, pinned build tools, Node packages, local secrets. Safe to repeat.
import { main } from "./lib/project.mjs";
import { setup } from "./lib/ready.mjs";

main(setup);
