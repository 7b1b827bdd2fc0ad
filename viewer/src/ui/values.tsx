/** One value as the page shows it: to the letter where it is a name, in the reader's words where it is a time or a status. */

import { useEffect, useState, type ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { toneOf } from "../model/status";

export function CopyButton({ text }: { text: string }) {
  const { t } = useWords();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  if (!navigator.clipboard) return null;
  const label = done ? t("copy.done") : t("copy.do");
  return (
    <button
      type="button"
      className="copy"
      aria-label={label}
      title={label}
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => setDone(true),
          () => setDone(false),
        )
      }
    >
      <Icon name={done ? "ok" : "copy"} size={13} />
    </button>
  );
}

/** A name, location or id, to the letter. */
export function Code({ text, copy = false }: { text: string; copy?: boolean }) {
  return (
    <span className="code">
      <bdi>{text}</bdi>
      {copy && <CopyButton text={text} />}
    </span>
  );
}

export function Time({ iso }: { iso: string | null }) {
  const { t, time } = useWords();
  if (iso === null) return <span className="muted">{t("time.unknown")}</span>;
  const shown = time(iso);
  return shown === null ? (
    <Code text={iso} />
  ) : (
    <time dateTime={iso} title={iso}>
      {shown}
    </time>
  );
}

export function StatusChip({ status }: { status: string }) {
  const { term } = useWords();
  const tone = toneOf(status);
  return (
    <span className={`chip tone-${tone}`} data-status={status}>
      <Icon name={tone} size={13} />
      <bdi>{term("status", status)}</bdi>
    </span>
  );
}

export function ConsoleLink({ href, children }: { href: string | null; children: ReactNode }) {
  if (!href) return null;
  return (
    <a className="console-link" href={href} target="_blank" rel="noopener noreferrer">
      {children} <Icon name="external" size={13} />
    </a>
  );
}
