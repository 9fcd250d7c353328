import type { ComponentChildren } from "preact";

/** The heading of a page. It takes the focus when the page opens. */
export function Title({ children }: { children: ComponentChildren }) {
  return <h1 tabIndex={-1}>{children}</h1>;
}
