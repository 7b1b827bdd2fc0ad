import { useState } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { Change } from "../state/useView";
import { withoutPipeline, type Language, type View } from "../state/view";
import { remember } from "../theme/preference";
import { usePopover } from "../ui/usePopover";

const LANGUAGES: readonly [Language, string][] = [
  ["en", "English"],
  ["ko", "한국어"],
];
const NOTICES = new URL(/* @vite-ignore */ "third-party-notices.txt", import.meta.url).href;
const SHORT: Record<Language, string> = { en: "EN", ko: "한" };

function DomainField({ view, change }: { view: View; change: (change: Change) => void }) {
  const { t } = useWords();
  const [domain, setDomain] = useState(view.domain ?? "");
  const apply = () => {
    const next = domain.trim() || null;
    if (next !== view.domain) change((view) => ({ ...view, domain: next }));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <label className="field">
        <span>{t("choose.domain")}</span>
        <input
          type="text"
          name="domain"
          value={domain}
          placeholder={t("choose.domainHint")}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setDomain(event.target.value)}
          onBlur={apply}
        />
      </label>
    </form>
  );
}

export function OptionsMenu({
  view,
  change,
  theme,
}: {
  view: View;
  change: (change: Change) => void;
  theme: "light" | "dark";
}) {
  const { t, language } = useWords();
  const { open, setOpen, root } = usePopover();
  const [copied, setCopied] = useState(false);
  const setLanguage = (language: Language) => {
    remember("language", language);
    change({ language });
  };
  const other = theme === "dark" ? "light" : "dark";
  return (
    <>
      <button
        type="button"
        className="control"
        data-theme-switch
        aria-label={t(theme === "dark" ? "option.themeLight" : "option.themeDark")}
        title={t(theme === "dark" ? "option.themeLight" : "option.themeDark")}
        onClick={() => {
          remember("theme", other);
          change({ theme: other });
        }}
      >
        <Icon name={theme === "dark" ? "sun" : "moon"} />
      </button>
      <div className="segments languages" role="group" aria-label={t("option.language")}>
        {LANGUAGES.map(([code, name]) => (
          <button
            key={code}
            type="button"
            lang={code}
            aria-pressed={language === code}
            aria-label={`${SHORT[code]}, ${name}`}
            title={name}
            data-language={code}
            onClick={() => setLanguage(code)}
          >
            {SHORT[code]}
          </button>
        ))}
      </div>
      <div className="menu" ref={root}>
        <button
          type="button"
          className="control"
          aria-expanded={open}
          aria-label={t("option.options")}
          title={t("option.options")}
          onClick={() => setOpen(!open)}
        >
          <Icon name="tuning" />
        </button>
        {open && (
          <div className="popover popover-right">
            <DomainField view={view} change={change} />
            {navigator.clipboard && (
              <button
                type="button"
                className="menu-item"
                onClick={() =>
                  void navigator.clipboard.writeText(window.location.href).then(
                    () => setCopied(true),
                    () => setCopied(false),
                  )
                }
              >
                <Icon name={copied ? "ok" : "link"} /> {t(copied ? "option.copied" : "option.copyLink")}
              </button>
            )}
            {view.pipeline && (
              <button
                type="button"
                className="menu-item"
                onClick={() => {
                  setOpen(false);
                  change(withoutPipeline);
                }}
              >
                <Icon name="list" /> {t("app.home")}
              </button>
            )}
            <p className="about">
              {t("about.version", { version: __SERVICE_VERSION__ })} · <a href={NOTICES}>{t("about.notices")}</a>
            </p>
          </div>
        )}
      </div>
    </>
  );
}
