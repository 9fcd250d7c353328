// One labelled field of a form.
import { useId } from "preact/hooks";

export interface Field {
  name: string;
  label: string;
  hint?: string;
  value?: string;
  kind?: "text" | "url" | "long";
  options?: { value: string; label: string }[];
  isOptional?: boolean;
}

export type Values = Record<string, string>;

export function Input({ field, value, onInput }: { field: Field; value: string; onInput: (value: string) => void }) {
  const { name, label, hint, kind = "text", options, isOptional } = field;
  const [id, hintId] = [useId(), useId()];
  const shared = { id, name, value, required: !isOptional, "aria-describedby": hint ? hintId : undefined };
  const take = (event: { currentTarget: { value: string } }) => onInput(event.currentTarget.value);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {options ? (
        <select {...shared} onChange={take}>{options.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}</select>
      ) : kind === "long" ? (
        <textarea {...shared} rows={6} spellcheck={false} onInput={take} />
      ) : (
        <input {...shared} type={kind as "text"} autocomplete="off" spellcheck={false} onInput={take} />
      )}
      {hint && <small id={hintId} class="quiet">{hint}</small>}
    </div>
  );
}
