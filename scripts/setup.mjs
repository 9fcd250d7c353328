// npm run setup: installs the Rust target, the pinned build tools and the Node packages, and makes local secrets.
// It may be repeated.
import { main } from "./lib/project.mjs";
import { setup } from "./lib/ready.mjs";

main(setup);
