// The filters of a list. They stand in the address, so that a filtered list can be kept as a link; the server filters.
import { useEffect, useState } from "preact/hooks";
import { Input, type Field, type Values } from "./input";
import { t } from "./language";
import { go, href, hrefWith, route } from "./router";

export function Filters({ fields }: { fields: Field[] }) {
  const asked = (): Values => Object.fromEntries(fields.map(({ name }) => [name, route.value.query.get(name) ?? ""]));
  const [values, setValues] = useState(asked);
  const text = route.value.query.toString();
  useEffect(() => setValues(asked()), [text]);
  const apply = (next: Values) => go(hrefWith({ ...next, page: "" }));
  const change = (field: Field, value: string) => {
    const next = { ...values, [field.name]: value };
    setValues(next);
    if (field.options) apply(next); // a choice needs no further button
  };
  return (
    <form class="filters" role="search" onSubmit={(event) => (event.preventDefault(), apply(values))}>
      {fields.map((field) => <Input key={field.name} field={{ ...field, isOptional: true }} value={values[field.name] ?? ""} onInput={(value) => change(field, value)} />)}
      <p class="buttons">
        <button type="submit">{t("search")}</button>
        <a href={href(route.value.parts)}>{t("clear")}</a>
      </p>
    </form>
  );
}
