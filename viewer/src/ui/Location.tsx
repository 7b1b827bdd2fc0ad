import { useWords } from "../i18n/words";
import { isTemplate, piecesOf } from "../model/template";
import { CopyButton } from "./values";

/** A location to the letter; of a template, what only a run fills in stands out from what is known. */
export function Location({ uri, copy = false }: { uri: string; copy?: boolean }) {
  const { t } = useWords();
  return (
    <span className="code">
      <bdi>
        {piecesOf(uri).map(({ text, open }, i) =>
          open ? (
            <var key={i} title={t("template.piece")}>
              {text}
            </var>
          ) : (
            text
          ),
        )}
      </bdi>
      {copy && <CopyButton text={uri} />}
    </span>
  );
}

/** Says of a template that it is one, and no location yet. */
export function TemplateTag({ uri }: { uri: string }) {
  const { t } = useWords();
  if (!isTemplate(uri)) return null;
  return (
    <span className="tag template" title={t("template.hint")}>
      {t("template.name")}
    </span>
  );
}
