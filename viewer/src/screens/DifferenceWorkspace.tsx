import { useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Difference, DiffSide } from "../api/accountTypes";
import { getLineage } from "../api/client";
import type { Lineage } from "../api/types";
import { lineageBox } from "../export/svg";
import { ShowSwitch } from "../graph/Controls";
import { LineageGraph } from "../graph/LineageGraph";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { Highlight } from "../layout/highlight";
import { buildScene, type Scene } from "../layout/scene";
import { useLayout } from "../layout/useLayout";
import { changeKey, marksOf, merged, reachedBoxes } from "../model/comparison";
import { toCsv } from "../model/table";
import { ChangeDetails } from "../panel/ChangeDetails";
import { changeColumns, ChangeTable } from "../panel/ChangeTable";
import { useLoad, type Loaded } from "../state/useLoad";
import { usePanel } from "../state/usePanel";
import type { Change } from "../state/useView";
import type { Selection, Tab, View } from "../state/view";
import type { ExportItem } from "../toolbar/ExportMenu";
import { useExports } from "../toolbar/useExports";
import { LayoutNote } from "../ui/LayoutNote";
import { Loading } from "../ui/Loading";
import { SidePanel } from "../ui/SidePanel";
import { Warnings } from "../ui/Warnings";
import { StatusChip, Time } from "../ui/values";
import { Workspace } from "./Workspace";

interface WorkspaceProps {
  difference: Difference;
  /** What is said where no newer answer came. */
  stale: ReactNode;
  view: View;
  change: (change: Change) => void;
  onExports: (items: readonly ExportItem[]) => void;
}

const EMPTY: Scene = { boxes: [], links: [], flow: [] };
const NO_MATCHES: ReadonlySet<string> = new Set();

/** One side's lineage, as it was read for the comparison. */
function useSide(view: View, side: DiffSide): Loaded<Lineage> {
  const { pipeline, region } = view;
  const query = { pipeline, region, execution: side.execution, includeLatestExec: side.execution ? null : "false" };
  return useLoad(`lineage\n${JSON.stringify(query)}`, (signal) => getLineage(query, signal));
}

export function DifferenceWorkspace({ difference, stale, view, change, onExports }: WorkspaceProps) {
  const words = useWords();
  const { t } = words;
  const panel = usePanel(view, change);
  const [started] = useState(() => Date.now());
  const before = useSide(view, difference.from);
  const after = useSide(view, difference.to);
  const lineage = useMemo(
    () => (before.data && after.data ? merged(before.data, after.data) : null),
    [before.data, after.data],
  );
  const scene = useMemo(() => (lineage ? buildScene(lineage, view.show) : EMPTY), [lineage, view.show]);
  const laidOut = useLayout(scene, view.direction);
  const layout = laidOut.state === "ready" && lineage ? laidOut.layout : null;
  const marks = useMemo(() => marksOf(difference.changes), [difference]);
  const chosen = view.select?.kind === "change" ? view.select.key : null;
  const chosenChange = difference.changes.find((each) => changeKey(each) === chosen) ?? null;
  const highlight = useMemo<Highlight | null>(() => {
    if (!lineage || !chosenChange) return null;
    const boxes = new Set(reachedBoxes(chosenChange, lineage));
    if (boxes.size === 0) return null;
    const within = scene.flow.filter(({ source, target }) => boxes.has(source) && boxes.has(target));
    return { boxes, links: new Set(within.map(({ id }) => id)) };
  }, [scene, lineage, chosenChange]);
  const exports = useExports({
    title: t("diff.label", { name: view.pipeline ?? "" }),
    layout,
    boxes: () => scene.boxes.map(lineageBox),
    links: scene.links,
    csv: () => toCsv(changeColumns(words), difference.changes),
    raw: difference.raw,
  });
  useEffect(() => onExports(exports), [layout, scene, words, difference]);

  const select = useCallback(
    (key: string) => {
      change({ ...panel.opening, select: { kind: "change", key }, tab: "details" });
    },
    [change, panel.opening],
  );
  /** A step that is chosen in the graph lists its own changes. */
  const onGraph = useCallback(
    (selection: Selection | null) => {
      if (selection?.kind !== "node") return change({ select: null });
      const first = difference.changes.find(({ subject }) => subject === `step:${selection.id}`);
      if (!first) return change(panel.opening);
      const select = { kind: "change" as const, key: changeKey(first) };
      change({ ...panel.opening, select, tab: "overview", search: selection.id });
    },
    [change, difference, panel.opening],
  );
  const onTab = (tab: Tab) => change({ tab });
  const tabs = [
    { id: "overview" as const, label: t("diff.changes"), count: difference.changes.length },
    { id: "details" as const, label: t("panel.details") },
    { id: "warnings" as const, label: t("panel.warnings"), count: difference.warnings.length },
  ];
  const tab = tabs.some(({ id }) => id === view.tab) ? view.tab : "overview";
  const failure = before.failure ?? after.failure;
  return (
    <Workspace
      panel={panel}
      summary={<Summary difference={difference} stale={stale} pipeline={view.pipeline ?? ""} />}
      tools={<ShowSwitch view={view} change={change} />}
      graph={
        failure && !lineage ? (
          <p className="state problem" role="alert">
            {t("diff.noGraph", { reason: failure.message || `HTTP ${failure.status}` })}
          </p>
        ) : lineage ? (
          <>
            <LayoutNote laidOut={laidOut} count={scene.boxes.length} />
            {layout && (
              <LineageGraph
                {...{ lineage, scene, layout, highlight, marks, change }}
                selected={null}
                matches={NO_MATCHES}
                at={view.at}
                onSelect={onGraph}
              />
            )}
          </>
        ) : (
          <Loading title={t("load.lineage")} since={started} />
        )
      }
      panelContent={
        <SidePanel tabs={tabs} tab={tab} onTab={onTab} onClose={panel.close} shown={chosen}>
          {tab === "overview" && difference.changes.length === 0 ? (
            <p className="state" data-state="equal">
              {t("diff.nothing")}
            </p>
          ) : (
            tab === "overview" && <ChangeTable {...{ difference, view, change, chosen }} onSelect={select} />
          )}
          {tab === "details" && <ChangeDetails {...{ difference, lineage, chosen }} onSelect={select} />}
          {tab === "warnings" && <Warnings warnings={difference.warnings} />}
        </SidePanel>
      }
    />
  );
}

function Side({ side }: { side: DiffSide }) {
  const { t } = useWords();
  return (
    <span className="side">
      <bdi>{side.execution ?? t("choose.noExecution")}</bdi>
      {side.status && <StatusChip status={side.status} />}
      {side.startTime && <Time iso={side.startTime} />}
    </span>
  );
}

interface SummaryProps extends Pick<WorkspaceProps, "difference" | "stale"> {
  pipeline: string;
}

function Summary({ difference, stale, pipeline }: SummaryProps) {
  const { t, number } = useWords();
  const { came = 0, went = 0 } = difference.findings;
  return (
    <section className="strip" aria-label={t("panel.overview")}>
      <h1 title={pipeline}>
        <bdi>{pipeline}</bdi>
      </h1>
      <Side side={difference.from} />
      <Icon name="right" size={14} />
      <Side side={difference.to} />
      <b data-changes={difference.changes.length}>{t("diff.count", { count: number(difference.changes.length) })}</b>
      {(came > 0 || went > 0) && (
        <span className={came > 0 ? "tone-bad mark" : "tone-ok mark"}>
          {t("diff.findings", { came: number(came), went: number(went) })}
        </span>
      )}
      {stale}
    </section>
  );
}
