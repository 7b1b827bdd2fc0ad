import type { ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { Change } from "../state/useView";
import { withoutPipeline, type Theme, type View } from "../state/view";
import { OptionsMenu } from "./OptionsMenu";

interface TopBarProps {
  view: View;
  change: (change: Change) => void;
  theme: Theme;
  choosers: ReactNode;
  switches?: ReactNode;
  exportMenu?: ReactNode;
  busy: boolean;
  onRefresh: () => void;
}

export function TopBar(props: TopBarProps) {
  const { view, change, theme, choosers, switches, exportMenu, busy, onRefresh } = props;
  const { t } = useWords();
  return (
    <header className="topbar">
      <button type="button" className="brand" title={t("app.home")} onClick={() => change(withoutPipeline)}>
        <span className="brand-mark">
          <Icon name="lineage" size={18} />
        </span>
        <span>{t("app.title")}</span>
      </button>
      <div className="choosers">{choosers}</div>
      <div className="topbar-actions">
        {switches}
        <button
          type="button"
          className="control"
          data-refresh
          aria-label={t("option.refresh")}
          title={t("option.refresh")}
          aria-busy={busy}
          onClick={onRefresh}
        >
          <Icon name="refresh" />
        </button>
        {exportMenu}
        <OptionsMenu view={view} change={change} theme={theme} />
      </div>
    </header>
  );
}
