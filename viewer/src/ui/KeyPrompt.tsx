import { useState, type FormEvent } from "react";
import { apiKey } from "../api/apiKey";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";

export function KeyPrompt({ message, onKey }: { message: string; onKey: () => void }) {
  const { t } = useWords();
  const [key, setKey] = useState("");
  const refused = apiKey.read() !== null;
  const wantsSignature = /authentication token|signature|credential/i.test(message);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = key.trim();
    if (given === "") return;
    apiKey.keep(given);
    onKey();
  };
  return (
    <form className="state key-prompt" onSubmit={submit}>
      <span className="state-icon">
        <Icon name="key" size={40} />
      </span>
      <h1>{t("key.title")}</h1>
      <p>{t("key.hint")}</p>
      {wantsSignature && !refused && <p className="muted">{t("key.iam")}</p>}
      {refused && (
        <p role="alert" className="problem">
          {t("key.refused")}
          {message && (
            <>
              {" "}
              <bdi className="code">{message}</bdi>
            </>
          )}
        </p>
      )}
      <label>
        <span>{t("key.field")}</span>
        <input
          type="password"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </label>
      <p className="actions-row">
        <button type="submit" className="primary" disabled={key.trim() === ""}>
          {t("key.use")}
        </button>
        {refused && (
          <button
            type="button"
            onClick={() => {
              apiKey.forget();
              onKey();
            }}
          >
            {t("key.forget")}
          </button>
        )}
      </p>
    </form>
  );
}
