/** The name of the channel between the console and the window of its sign-in. */
export const CHANNEL = "mithril-edge console sign-in";
