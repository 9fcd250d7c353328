// A list whose pages lead to the next one by their `Link`: it has no numbers of pages, so it grows on demand.
import { useState } from "preact/hooks";
import { ask } from "./api";
import { t } from "./language";
import { Table, type Column } from "./list";
import { Loaded, useLoad } from "./load";
import { Failure } from "./refusal";

interface Portion<T> {
  rows: T[];
  next: string | undefined;
}

interface WalkProps<T> {
  path: string;
  caption: string;
  empty: string;
  columns: Column<T>[];
  keyOf: (row: T) => string;
  /** Which entries of the list are shown. */
  only?: (row: T) => boolean;
}

async function read<T>(path: string, signal?: AbortSignal): Promise<Portion<T>> {
  const { data, next } = await ask<T[]>(path, signal && { signal });
  return { rows: data, next };
}

export function Walk<T>({ path, empty, only = () => true, ...table }: WalkProps<T>) {
  const loading = useLoad(path, (signal) => read<T>(path, signal));
  const [grown, grow] = useState<Portion<T> & { from: Portion<T> }>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  return (
    <Loaded of={loading}>
      {(first) => {
        const shown = grown?.from === first ? grown : first;
        const rows = shown.rows.filter(only);
        const more = async (next: string) => {
          setBusy(true);
          setError(undefined);
          try {
            const portion = await read<T>(next);
            grow({ from: first, rows: [...shown.rows, ...portion.rows], next: portion.next });
          } catch (found) {
            setError(found);
          }
          setBusy(false);
        };
        return (
          <>
            {rows.length === 0 && shown.next === undefined ? <p class="quiet">{empty}</p> : <Table {...table} rows={rows} />}
            {error !== undefined && <Failure error={error} />}
            {shown.next !== undefined && <p class="buttons"><button type="button" disabled={isBusy} onClick={() => void more(shown.next as string)}>{t("more")}</button></p>}
          </>
        );
      }}
    </Loaded>
  );
}
