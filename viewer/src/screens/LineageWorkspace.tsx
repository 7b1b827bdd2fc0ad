import { useCallback, useMemo } from "react";
import type { Lineage } from "../api/types";
import { ShowSwitch } from "../graph/Controls";
import { Legend } from "../graph/Legend";
import { LineageGraph } from "../graph/LineageGraph";
import { useWords } from "../i18n/words";
import { highlightOf, selectedId } from "../layout/highlight";
import type { Scene } from "../layout/scene";
import type { LayoutState } from "../layout/useLayout";
import { search } from "../model/search";
import { Panel } from "../panel/Panel";
import { usePanel } from "../state/usePanel";
import type { Refresh } from "../state/useRefresh";
import type { Change } from "../state/useView";
import { parseSelection, type Selection, type Tab, type View } from "../state/view";
import { SummaryStrip } from "../toolbar/SummaryStrip";
import { LayoutNote } from "../ui/LayoutNote";
import { SearchBox } from "../ui/SearchBox";
import { Workspace } from "./Workspace";

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
  const panel = usePanel(view, change);
  const highlight = useMemo(() => highlightOf(scene, lineage, view.select), [scene, lineage, view.select]);
  const hits = useMemo(() => search(lineage, view.search), [lineage, view.search]);
  const matches = useMemo(() => new Set(hits.map(({ place }) => place)), [hits]);

  const onSelect = useCallback(
    (select: Selection | null) => {
      change((view) => ({
        ...view,
        ...(select && panel.opening),
        select,
        ...consequences(view, select, lineage),
      }));
    },
    [change, lineage, panel.opening],
  );
  const onTab = useCallback((tab: Tab) => change({ ...panel.opening, tab }), [change, panel.opening]);
  const onPick = useCallback(
    (place: string) => {
      const select = parseSelection(place);
      if (select?.kind === "artifact") change({ show: "data" });
      onSelect(select);
    },
    [change, onSelect],
  );

  return (
    <Workspace
      panel={panel}
      summary={<SummaryStrip lineage={lineage} live={live} refresh={refresh} stale={stale} onTab={onTab} />}
      tools={
        <>
          <ShowSwitch view={view} change={change} />
          <SearchBox
            label={t("graph.search")}
            query={view.search}
            hits={hits}
            onQuery={(search) => change({ search })}
            onPick={onPick}
          />
        </>
      }
      graph={
        <>
          {lineage.nodes.length === 0 && <p className="state">{t("graph.empty")}</p>}
          <LayoutNote laidOut={laidOut} count={scene.boxes.length} />
          {laidOut.state === "ready" && (
            <LineageGraph
              {...{ lineage, scene, highlight, matches, onSelect, change }}
              layout={laidOut.layout}
              selected={selectedId(scene, view.select)}
              at={view.at}
            />
          )}
        </>
      }
      legend={<Legend scene={scene} show={view.show} />}
      panelContent={<Panel lineage={lineage} view={view} onSelect={onSelect} onTab={onTab} onClose={panel.close} />}
    />
  );
}

/** What a selection brings with it: its tab, and data in the graph where a finding's path runs through data. */
function consequences(view: View, select: Selection | null, lineage: Lineage): Partial<View> {
  if (!select) return view.tab === "details" ? { tab: "overview" } : {};
  if (select.kind !== "finding") return { tab: "details" };
  const path = lineage.findings.find(({ uid }) => uid === select.uid)?.path ?? [];
  return { tab: "findings", ...(path.some((place) => place.startsWith("artifact:")) ? { show: "data" } : {}) };
}
