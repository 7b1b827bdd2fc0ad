import type { Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { lastScanned } from "../model/scanned";
import type { Refresh } from "../state/useRefresh";
import type { Tab } from "../state/view";
import { StatusChip, Time } from "../ui/values";

interface StripProps {
  lineage: Lineage;
  live: boolean;
  refresh: Refresh;
  stale: string | null;
  onTab: (tab: Tab) => void;
}

function Live({ refresh }: { refresh: Refresh }) {
  const { t } = useWords();
  return (
    <span className="live">
      <Icon name="running" size={14} />
      {refresh.paused
        ? t("live.paused")
        : refresh.inSec === null
          ? t("load.refreshing")
          : t("live.on", { seconds: refresh.inSec })}
      <button type="button" onClick={() => refresh.setPaused(!refresh.paused)}>
        {t(refresh.paused ? "live.resume" : "live.pause")}
      </button>
    </span>
  );
}

export function SummaryStrip({ lineage, live, refresh, stale, onTab }: StripProps) {
  const { t, duration } = useWords();
  const { summary, warnings } = lineage;
  return (
    <section className="strip" aria-label={t("panel.overview")}>
      <h1 title={lineage.pipeline.name}>
        <bdi>{lineage.pipeline.name}</bdi>
      </h1>
      <StatusChip status={summary.overallStatus} />
      {summary.elapsedSec !== null && (
        <span className="strip-fact">
          <span className="muted">{t("overview.elapsed")}</span> {duration(summary.elapsedSec)}
        </span>
      )}
      <span className="strip-fact">
        <span className="muted">{t("overview.lastScanned")}</span> <Time iso={lastScanned(lineage)} />
      </span>
      {live && <Live refresh={refresh} />}
      {warnings.length > 0 && (
        <button type="button" className="strip-warning" data-open-warnings onClick={() => onTab("warnings")}>
          <Icon name="warn" size={14} />
          {warnings.length === 1 ? t("warnings.countOne") : t("warnings.count", { count: warnings.length })}
        </button>
      )}
      {stale !== null && (
        <span className="problem" role="alert">
          {t("live.stale", { reason: stale })}
        </span>
      )}
    </section>
  );
}
