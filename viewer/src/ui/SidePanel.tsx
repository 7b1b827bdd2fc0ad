import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { Tab } from "../state/view";

interface SidePanelProps {
  tabs: readonly { id: Tab; label: string; count?: number }[];
  tab: Tab;
  onTab: (tab: Tab) => void;
  onClose: () => void;
  /** Whatever changes what is shown: the panel then begins at its top, or at what is open in it. */
  shown: unknown;
  children: ReactNode;
}

/** What stands beside a graph, in tabs. */
export function SidePanel({ tabs, tab, onTab, onClose, shown, children }: SidePanelProps) {
  const { t } = useWords();
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const open = body.current?.querySelector(".findings .open, tr.chosen");
    if (open) open.scrollIntoView({ block: "nearest" });
    else body.current?.scrollTo(0, 0);
  }, [tab, shown]);
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = tabs[(tabs.findIndex(({ id }) => id === tab) + step + tabs.length) % tabs.length]!.id;
    onTab(next);
    event.currentTarget.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <aside className="panel" aria-label={t("panel.label")}>
      <div className="tabs">
        <div role="tablist" aria-label={t("panel.label")} onKeyDown={move}>
          {tabs.map(({ id, label, count }) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`tab-${id}`}
              aria-selected={tab === id}
              aria-controls="panel-body"
              tabIndex={tab === id ? 0 : -1}
              onClick={() => onTab(id)}
            >
              {label}
              {count ? <span className={`count count-${id}`}>{count}</span> : null}
            </button>
          ))}
        </div>
        <button
          type="button"
          className="control panel-close"
          aria-label={t("panel.close")}
          title={t("panel.close")}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div
        className="panel-body"
        id="panel-body"
        role="tabpanel"
        aria-labelledby={`tab-${tab}`}
        tabIndex={0}
        ref={body}
      >
        {children}
      </div>
    </aside>
  );
}
