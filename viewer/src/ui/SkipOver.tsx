import { useRef, type ReactNode } from "react";
import { useWords } from "../i18n/words";

/** Shorter lists are passed with the Tab key itself. */
const MOST_TABBED = 10;

/** A way past a long list for the keyboard, from either of its ends; it is seen where it has the focus. */
export function SkipOver({ count, children }: { count: number; children: ReactNode }) {
  const { t, number } = useWords();
  const [start, end] = [useRef<HTMLButtonElement>(null), useRef<HTMLButtonElement>(null)];
  if (count <= MOST_TABBED) return children;
  return (
    <div className="skip-over">
      <button type="button" ref={start} data-skip="over" onClick={() => end.current?.focus()}>
        {t("skip.over", { count: number(count) })}
      </button>
      {children}
      <button type="button" ref={end} data-skip="back" onClick={() => start.current?.focus()}>
        {t("skip.back", { count: number(count) })}
      </button>
    </div>
  );
}
