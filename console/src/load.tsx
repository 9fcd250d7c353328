// Reading for a page: while it loads it says so, when it failed it says why and can be tried again.
import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { t } from "./language";
import { Failure } from "./refusal";
import { signIns } from "./session";

export interface Loading<T> {
  data: T | undefined;
  error: unknown;
  isBusy: boolean;
  reload: () => void;
}

/** Reads again whenever `key` changes, and after a sign-in when the last read failed. What was shown stays until then. */
export function useLoad<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Loading<T> {
  const [state, set] = useState<{ key: string; data?: T; error?: unknown; isBusy: boolean }>({ key, isBusy: true });
  const [round, again] = useState(0);
  const latest = useRef(read);
  latest.current = read;
  const failed = useRef(false);
  const sign = signIns.value;
  const signed = useRef(sign);

  useEffect(() => {
    if (signed.current !== sign && failed.current) again((n) => n + 1);
    signed.current = sign;
  }, [sign]);

  useEffect(() => {
    const stop = new AbortController();
    set((old) => (old.key === key ? { ...old, isBusy: true } : { key, isBusy: true }));
    latest.current(stop.signal).then(
      (data) => {
        failed.current = false;
        if (!stop.signal.aborted) set({ key, data, isBusy: false });
      },
      (error: unknown) => {
        failed.current = true;
        if (!stop.signal.aborted) set({ key, error, isBusy: false });
      },
    );
    return () => stop.abort();
  }, [key, round]);

  const reload = useCallback(() => again((n) => n + 1), []);
  return state.key === key ? { data: state.data, error: state.error, isBusy: state.isBusy, reload } : { data: undefined, error: undefined, isBusy: true, reload };
}

export function Loaded<T>({ of, children }: { of: Loading<T>; children: (data: T) => ComponentChildren }) {
  if (of.error !== undefined) return <Failure error={of.error} retry={of.reload} />;
  if (of.data === undefined) return <p role="status" class="quiet">{t("loading")}</p>;
  return <div aria-busy={of.isBusy}>{children(of.data)}</div>;
}
