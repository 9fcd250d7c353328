import { t } from "../language";
import { href } from "../router";
import { Title } from "../title";

export function Missing() {
  return (
    <>
      <Title>{t("no_such_page")}</Title>
      <p><a href={href([])}>{t("overview")}</a></p>
    </>
  );
}
