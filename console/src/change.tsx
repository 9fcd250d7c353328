// One change: a form that says what happens, takes what it needs, sends it under one idempotency key, and shows why it was
// refused. A 412 shows what changed meanwhile.
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refusal, type Answer } from "./api";
import { Compare } from "./compare";
import { Input, type Field, type Values } from "./input";
import { t } from "./language";
import { Loaded, useLoad } from "./load";
import { Preview } from "./preview";
import { Failure } from "./refusal";

export type { Values } from "./input";

/** What each try of a change sends beside its body: `If-Match`, `Idempotency-Key`, and the wish for a dry run. */
export interface Try {
  tag: string | undefined;
  key: string;
  /** Set when the operator only asks what the change would do. */
  isDry?: boolean;
}

interface ChangeProps {
  fields?: Field[] | undefined;
  /** The name that must be typed before it is done. */
  nameToType?: string | undefined;
  submit: string;
  isDanger?: boolean;
  /** The service can say what the change would do. `run` must then hand on all that it is given as `once`. */
  canPreview?: boolean;
  tag?: string | undefined;
  run: (values: Values, once: Try) => Promise<unknown>;
  /** Reads the record again, to compare it after a 412. */
  current?: (() => Promise<Answer<object>>) | undefined;
  /** The record as it was read. */
  before?: object | undefined;
  onDone: () => void;
}

interface DialogProps extends Omit<ChangeProps, "fields"> {
  title: string;
  /** What the change does and what goes with it. */
  text: string;
  /** The fields, or how to read them when the dialog opens. */
  fields?: Field[] | ((signal: AbortSignal) => Promise<Field[]>) | undefined;
}

/** A button that opens the dialog of a change. */
export function Change({ label, ...props }: DialogProps & { label: string }) {
  const [isOpen, open] = useState(false);
  return (
    <>
      <button type="button" class={props.isDanger ? "danger" : ""} onClick={() => open(true)}>{label}</button>
      {isOpen && <ChangeDialog {...props} onClose={() => open(false)} onDone={() => (open(false), props.onDone())} />}
    </>
  );
}

function ChangeDialog({ title, text, fields, onClose, ...props }: DialogProps & { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before the next key can be pressed, the focus is in the dialog: `showModal` gives it to the first field.
  useLayoutEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => opener?.focus();
  }, []);
  const loading = useLoad(title, async (signal) => (typeof fields === "function" ? fields(signal) : fields));
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      <p>{text}</p>
      {typeof fields === "function" ? (
        <Loaded of={loading}>{(found) => <ChangeForm {...props} fields={found} onCancel={() => dialog.current?.close()} />}</Loaded>
      ) : (
        <ChangeForm {...props} fields={fields} onCancel={() => dialog.current?.close()} />
      )}
    </dialog>
  );
}

/** The form of a change. It stands in a dialog, or alone where the page around it says what it does. */
export function ChangeForm(props: ChangeProps & { onCancel?: () => void }) {
  const { fields = [], nameToType, submit, isDanger, canPreview, run, current, before, onDone, onCancel } = props;
  const [values, setValues] = useState<Values>(() => Object.fromEntries(fields.map(({ name, value, options }) => [name, value ?? options?.[0]?.value ?? ""])));
  const [typed, setTyped] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [now, setNow] = useState<Answer<object>>();
  const [whatIf, setWhatIf] = useState<Answer<unknown>>();
  const key = useRef(crypto.randomUUID());
  const form = useRef<HTMLFormElement>(null);
  // The fields of a dialog may come after it has opened, so the first one takes the focus then.
  useLayoutEffect(() => {
    if (onCancel) form.current?.querySelector<HTMLElement>("input, select, textarea, button")?.focus();
  }, []);

  async function attempt(tag: string | undefined) {
    setBusy(true);
    setError(undefined);
    setNow(undefined);
    try {
      await run(values, { tag, key: key.current });
      key.current = crypto.randomUUID();
      setTyped("");
      setBusy(false);
      onDone();
    } catch (found) {
      if (found instanceof Refusal && found.status === 412 && current) setNow(await current().catch(() => undefined));
      // Only a try whose answer is unknown is sent again under its key.
      if (found instanceof Refusal && found.status >= 400 && found.status < 500) key.current = crypto.randomUUID();
      setError(found);
      setBusy(false);
    }
  }

  async function preview() {
    if (!form.current?.querySelectorAll(".field :invalid:not([name=confirm])").length) {
      setBusy(true);
      setError(undefined);
      setWhatIf(undefined);
      try {
        setWhatIf((await run(values, { tag: props.tag, key: crypto.randomUUID(), isDry: true })) as Answer<unknown>);
      } catch (found) {
        setError(found);
      }
      setBusy(false);
    } else form.current.reportValidity();
  }

  const isNamed = nameToType === undefined || typed.trim() === nameToType;
  return (
    <form ref={form} class="change" onSubmit={(event) => (event.preventDefault(), void attempt(props.tag))}>
      {fields.map((field) => <Input key={field.name} field={field} value={values[field.name] ?? ""} onInput={(value) => (setWhatIf(undefined), setValues({ ...values, [field.name]: value }))} />)}
      {nameToType !== undefined && <Input field={{ name: "confirm", label: t("type_name", { name: nameToType }) }} value={typed} onInput={setTyped} />}
      {error !== undefined && !now && <Failure error={error} />}
      {whatIf && <Preview answer={whatIf} />}
      {now && <Compare before={before ?? {}} now={now.data} mine={values} onUse={() => void attempt(now.tag)} />}
      <p class="buttons">
        <button type="submit" class={isDanger ? "danger" : "main"} disabled={isBusy || !isNamed}>{isBusy ? t("working") : submit}</button>
        {canPreview && <button type="button" disabled={isBusy} onClick={() => void preview()}>{t("what_if")}</button>}
        {onCancel && <button type="button" onClick={onCancel}>{t("cancel")}</button>}
      </p>
    </form>
  );
}
