import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "./language";

/** Whether a page has been shown since the console was opened. */
let hasOpened = false;

/** The heading of a page, which also names the window. It takes the focus when the page opens, so that a reader who uses no mouse is taken to its start. */
export function Title({ children }: { children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (hasOpened) heading.current?.focus();
    hasOpened = true;
  }, []);
  useLayoutEffect(() => void (document.title = `${heading.current?.textContent ?? t("console")} · mithril-edge`));
  return <h1 ref={heading} tabIndex={-1}>{children}</h1>;
}
