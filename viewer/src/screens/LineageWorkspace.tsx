import { ReactFlowProvider } from "@xyflow/react";
import { useCallback, useMemo, useState } from "react";
import type { Lineage } from "../api/types";
import { ShowSwitch, ZoomControls } from "../graph/Controls";
import { Legend } from "../graph/Legend";
import { LineageGraph } from "../graph/LineageGraph";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { highlightOf, selectedId } from "../layout/highlight";
import type { Scene } from "../layout/scene";
import type { LayoutState } from "../layout/useLayout";
import { search } from "../model/search";
import { Panel } from "../panel/Panel";
import type { Refresh } from "../state/useRefresh";
import type { Change } from "../state/useView";
import { parseSelection, type Selection, type Tab, type View } from "../state/view";
import { SummaryStrip } from "../toolbar/SummaryStrip";
import { Loading } from "../ui/Loading";
import { SearchBox } from "../ui/SearchBox";

interface LineageWorkspaceProps {
  lineage: Lineage;
  scene: Scene;
  laidOut: LayoutState;
  view: View;
  change: (change: Change) => void;
  refresh: Refresh;
  live: boolean;
  stale: string | null;
}

const isWide = () => window.innerWidth > 900;

export function LineageWorkspace({
  lineage,
  scene,
  laidOut,
  view,
  change,
  refresh,
  live,
  stale,
}: LineageWorkspaceProps) {
  const { t } = useWords();
  const [panelOpen, setPanelOpen] = useState(() => isWide() || view.select !== null || view.tab !== "overview");
  const [started] = useState(() => Date.now());
  const highlight = useMemo(() => highlightOf(scene, lineage, view.select), [scene, lineage, view.select]);
  const hits = useMemo(() => search(lineage, view.search), [lineage, view.search]);
  const matches = useMemo(() => new Set(hits.map(({ place }) => place)), [hits]);

  const onSelect = useCallback(
    (select: Selection | null) => {
      if (select) setPanelOpen(true);
      change((view) => ({ ...view, select, ...consequences(view, select, lineage) }));
    },
    [change, lineage],
  );
  const onTab = useCallback(
    (tab: Tab) => {
      setPanelOpen(true);
      change({ tab });
    },
    [change],
  );
  const onPick = useCallback(
    (place: string) => {
      const select = parseSelection(place);
      if (select?.kind === "artifact") change({ show: "data" });
      onSelect(select);
    },
    [change, onSelect],
  );

  return (
    <ReactFlowProvider>
      <div className={`workspace${panelOpen ? " with-panel" : ""}`}>
        <div className="stage">
          <SummaryStrip lineage={lineage} live={live} refresh={refresh} stale={stale} onTab={onTab} />
          <main id="graph" className="stage-graph" tabIndex={-1}>
            <div className="stage-tools">
              <ShowSwitch view={view} change={change} />
              <SearchBox
                label={t("graph.search")}
                query={view.search}
                hits={hits}
                onQuery={(search) => change({ search })}
                onPick={onPick}
              />
              {!panelOpen && (
                <button
                  type="button"
                  className="control panel-open"
                  aria-label={t("panel.open")}
                  title={t("panel.open")}
                  onClick={() => setPanelOpen(true)}
                >
                  <Icon name="panel" />
                </button>
              )}
            </div>
            {lineage.nodes.length === 0 && <p className="state">{t("graph.empty")}</p>}
            {laidOut.state === "waiting" && (
              <Loading title={t("graph.layingOut", { count: scene.boxes.length })} since={started} />
            )}
            {laidOut.state === "failed" && (
              <p className="state problem" role="alert">
                {t("graph.layoutFailed", { reason: laidOut.reason })}
              </p>
            )}
            {laidOut.state === "ready" && (
              <LineageGraph
                lineage={lineage}
                scene={scene}
                layout={laidOut.layout}
                highlight={highlight}
                selected={selectedId(scene, view.select)}
                matches={matches}
                onSelect={onSelect}
              />
            )}
            <ZoomControls direction={laidOut.state === "ready" ? laidOut.layout.direction : "LR"} change={change} />
          </main>
          <Legend scene={scene} show={view.show} />
        </div>
        {panelOpen && (
          <Panel lineage={lineage} view={view} onSelect={onSelect} onTab={onTab} onClose={() => setPanelOpen(false)} />
        )}
      </div>
    </ReactFlowProvider>
  );
}

/** What a selection brings with it: its tab, and data in the graph where a finding's path runs through data. */
function consequences(view: View, select: Selection | null, lineage: Lineage): Partial<View> {
  if (!select) return view.tab === "details" ? { tab: "overview" } : {};
  if (select.kind !== "finding") return { tab: "details" };
  const path = lineage.findings.find(({ uid }) => uid === select.uid)?.path ?? [];
  return { tab: "findings", ...(path.some((place) => place.startsWith("artifact:")) ? { show: "data" } : {}) };
}
