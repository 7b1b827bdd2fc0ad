import { useCallback, useEffect, useMemo, type ReactNode } from "react";
import type { Impact, Vertex } from "../api/accountTypes";
import type { DrawnBox } from "../export/svg";
import { iconOf, isType, subtitleOf, titleOf, toneClass } from "../graph/FlowCard";
import { FlowGraph } from "../graph/FlowGraph";
import { useWords, type Words } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { SHIELD_ICONS } from "../icons/paths";
import { bucketOf, buildFlowScene, groupId, type FlowBox, type FlowScene } from "../layout/flowScene";
import { alongPath, connected, type Highlight } from "../layout/highlight";
import { useLayout } from "../layout/useLayout";
import { ALL, askFor, flowOf, revealed, sidesOf, sideOutputs, type Flow, type Side } from "../model/reveal";
import { isServed, pipelinesOn, SERVED } from "../model/served";
import { toCsv } from "../model/table";
import { isTemplate } from "../model/template";
import { weakestOn } from "../model/weakest";
import { impactColumns, ImpactTable, kindsOf, type ImpactRow } from "../panel/ImpactTable";
import { VertexDetails } from "../panel/VertexDetails";
import { usePanel } from "../state/usePanel";
import type { Change } from "../state/useView";
import type { Fold, Tab, View } from "../state/view";
import type { ExportItem } from "../toolbar/ExportMenu";
import { useExports } from "../toolbar/useExports";
import { CoverageLine } from "../ui/CoverageLine";
import { LayoutNote } from "../ui/LayoutNote";
import { useWhy } from "../ui/Marks";
import { SidePanel } from "../ui/SidePanel";
import { Warnings } from "../ui/Warnings";
import { Workspace } from "./Workspace";

interface WorkspaceProps {
  impact: Impact;
  /** What is said where no newer answer came. */
  stale: ReactNode;
  view: View;
  change: (change: Change) => void;
  onExports: (items: readonly ExportItem[]) => void;
}

/** Larger graphs, which folding makes cyclic, are laid out plainly: dagre takes seconds over them. */
const MOST_BY_DAGRE = 120;
const FOLDS: readonly Fold[] = ["none", "pipeline", "bucket", "both"];

/** The graph from the start outwards, with the table of all that is reached beside it. */
export function ImpactWorkspace({ impact, stale, view, change, onExports }: WorkspaceProps) {
  const words = useWords();
  const { t } = words;
  const panel = usePanel(view, change);
  const flow = useMemo(() => flowOf(impact), [impact]);
  const chosen = view.select?.kind === "vertex" ? view.select.id : null;
  const path = useMemo(() => flow.vertices.get(chosen ?? "")?.path ?? [], [flow, chosen]);
  const sides = useMemo(() => sideOutputs(flow, view.depth), [flow, view.depth]);
  const hidden = useMemo(() => (view.leaves ? new Set<string>() : sides), [view.leaves, sides]);
  const scene = useMemo(() => {
    const wanted = chosen && flow.vertices.has(chosen) ? [...path, chosen] : [];
    const shown = revealed(flow, { more: view.more, hidden, wanted });
    return buildFlowScene(flow, { shown, hidden, fold: view.fold, open: view.open });
  }, [flow, view.more, view.fold, view.open, hidden, chosen, path]);
  const laidOut = useLayout(scene, view.direction, scene.boxes.length > MOST_BY_DAGRE);
  const selected = chosen === null ? null : (scene.boxOf.get(chosen) ?? chosen);
  const highlight = useMemo(() => highlightOf(scene, flow.vertices, chosen, path), [scene, flow, chosen, path]);
  const weakest = impact.weakest;
  const rows = useMemo(() => rowsOf(impact, flow, view), [impact, flow, view.way, view.depth]);
  const layout = laidOut.state === "ready" ? laidOut.layout : null;
  const exports = useExports({
    title: t("impact.label", { name: view.start ?? "" }),
    layout,
    boxes: () => scene.boxes.map((box) => drawn(box, words)),
    links: scene.links,
    csv: () => toCsv(impactColumns(words), rows),
    raw: impact.raw,
  });
  useEffect(() => onExports(exports), [layout, scene, rows, words]);

  const select = useCallback(
    (id: string | null) => {
      change((view) => ({
        ...view,
        ...(id !== null && panel.opening),
        select: id === null ? null : { kind: "vertex", id },
        tab: id === null ? (view.tab === "details" ? "overview" : view.tab) : "details",
      }));
    },
    [change, panel.opening],
  );
  const onMore = useCallback(
    (box: FlowBox, side: Side) => {
      const ask = box.vertex && askFor(box.vertex.id, side);
      if (ask) change((view) => ({ ...view, more: [...view.more.filter((each) => each !== ask), ask] }));
    },
    [change],
  );
  const onTab = (tab: Tab) => change({ tab });
  const toggle = (group: string) =>
    change((view) => ({
      ...view,
      open: view.open.includes(group) ? view.open.filter((each) => each !== group) : [...view.open, group],
      select: null,
    }));
  const tabs = [
    { id: "overview" as const, label: t("impact.table"), count: rows.length },
    { id: "details" as const, label: t("panel.details") },
    { id: "warnings" as const, label: t("panel.warnings"), count: impact.warnings.length },
  ];
  const tab = tabs.some(({ id }) => id === view.tab) ? view.tab : "overview";
  return (
    <Workspace
      panel={panel}
      summary={
        <Summary
          {...{ impact, rows, stale }}
          name={view.start ?? ""}
          kind={view.kind}
          onKind={(kind) => change({ ...panel.opening, kind, tab: "overview" })}
          onSelect={select}
        />
      }
      tools={
        <>
          <div className="segments" role="group" aria-label={t("impact.fold")}>
            {FOLDS.map((fold) => (
              <button
                key={fold}
                type="button"
                data-fold={fold}
                aria-pressed={scene.fold === fold}
                onClick={() => change({ fold, open: [] })}
              >
                {t(`impact.fold.${fold}`)}
              </button>
            ))}
          </div>
          <div className="segments">
            <button
              type="button"
              data-more="all"
              aria-pressed={view.more.includes(ALL)}
              onClick={() => change((view) => ({ ...view, more: view.more.includes(ALL) ? [] : [ALL] }))}
            >
              {t("impact.all")}
            </button>
            {sides.size > 0 && (
              <button
                type="button"
                data-leaves
                aria-pressed={view.leaves}
                title={t("impact.leavesHint")}
                onClick={() => change({ leaves: !view.leaves })}
              >
                {t("impact.leaves", { count: sides.size })}
              </button>
            )}
          </div>
        </>
      }
      graph={
        <>
          {impact.nodes.length === 0 && <p className="graph-note">{t("impact.nothing")}</p>}
          <LayoutNote laidOut={laidOut} count={scene.boxes.length} />
          {layout && (
            <FlowGraph
              label={t("impact.label", { name: view.start ?? "" })}
              {...{ scene, layout, highlight, selected, onMore, change }}
              at={view.at}
              weakest={weakest && (scene.boxOf.get(weakest.id) ?? null)}
              onBox={select}
            />
          )}
        </>
      }
      panelContent={
        <SidePanel tabs={tabs} tab={tab} onTab={onTab} onClose={panel.close} shown={chosen}>
          {tab === "overview" && (
            <ImpactTable rows={rows} impact={impact} view={view} change={change} onSelect={select} chosen={chosen} />
          )}
          {tab === "details" && (
            <VertexDetails
              {...{ flow, scene, chosen, change }}
              onSelect={select}
              onMore={onMore}
              onToggle={toggle}
              groupOf={(vertex) => groupId(vertex)}
              open={view.open}
            />
          )}
          {tab === "warnings" && <Warnings warnings={impact.warnings} />}
        </SidePanel>
      }
    />
  );
}

/** A vertex lights its path from the start; the start, or a group, all that it touches. */
function highlightOf(
  scene: FlowScene,
  vertices: ReadonlyMap<string, Vertex>,
  chosen: string | null,
  path: readonly string[],
): Highlight | null {
  if (chosen === null) return null;
  if (path.length > 0) return alongPath(scene.links, [...new Set(path.map((id) => scene.boxOf.get(id) ?? id))]);
  if (vertices.has(chosen))
    return connected(scene.links, [scene.boxOf.get(chosen) ?? chosen], [scene.boxOf.get(chosen) ?? chosen]);
  const touching = scene.links.filter(({ source, target }) => source === chosen || target === chosen);
  if (!scene.boxes.some(({ id }) => id === chosen)) return null;
  return {
    boxes: new Set([chosen, ...touching.flatMap(({ source, target }) => [source, target])]),
    links: new Set(touching.map(({ id }) => id)),
  };
}

/** What a reader asks for comes first; else the nearest, as the answer has it. */
function rowsOf(impact: Impact, flow: Flow, { way, depth }: Pick<View, "way" | "depth">): ImpactRow[] {
  const reached = sidesOf(flow, impact.start, depth);
  const asked =
    way === "both" ? (["down", "up"] as const) : way === "upstream" ? (["up"] as const) : (["down"] as const);
  const first: readonly string[] = SERVED;
  const rank = ({ vertex }: ImpactRow) => (isServed(vertex) ? first.indexOf(vertex.type) : first.length);
  return [...impact.start, ...impact.nodes]
    .map((vertex) => {
      const path = (vertex.path.length > 0 ? vertex.path : [vertex.id]).flatMap((id) => flow.vertices.get(id) ?? []);
      const sides = asked.filter((side) => reached[side].has(vertex.id));
      return { vertex, sides, weakest: weakestOn(path), through: pipelinesOn(path) };
    })
    .toSorted((one, other) => rank(one) - rank(other));
}

function drawn(box: FlowBox, words: Words): DrawnBox {
  const { shield, tone } = toneClass(box);
  return {
    id: box.id,
    width: box.width,
    height: box.height,
    pill: shield !== null,
    icon: shield ? SHIELD_ICONS[shield] : box.group ? "lineage" : iconOf(box.vertex!),
    colour: shield ?? tone,
    dashed: box.vertex !== null && (box.vertex.gone || isTemplate(box.vertex.name)),
    title: titleOf(box),
    subtitle: subtitleOf(box, words),
  };
}

const COUNTED = ["model", "endpoint", "package", "step", "data"] as const;

interface SummaryProps {
  impact: Impact;
  rows: readonly ImpactRow[];
  stale: ReactNode;
  name: string;
  kind: string | null;
  onKind: (kind: string | null) => void;
  onSelect: (id: string) => void;
}

/** "Reaches 3 models, 2 endpoints": what is reached, and the weakest place on the way. */
function Summary({ impact, rows, stale, name, kind, onKind, onSelect }: SummaryProps) {
  const { t, number } = useWords();
  const why = useWhy();
  const counts = new Map<string, number>();
  for (const kind of rows.flatMap(kindsOf)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const left = Object.entries(impact.omitted).filter(([, count]) => count > 0);
  const inService = (kind: string) =>
    rows.filter((row) => kindsOf(row).includes(kind) && row.vertex.facts["status"] === "InService").length;
  const { weakest } = impact;
  const place = [...impact.start, ...impact.nodes].find(({ id }) => id === weakest?.id);
  return (
    <section className="strip" aria-label={t("panel.overview")}>
      <h1 title={name}>
        <bdi>{name}</bdi>
      </h1>
      {(["down", "up"] as const).map((side) => {
        const types = COUNTED.filter((type) => counts.has(`${side}.${type}`));
        return (
          types.length > 0 && (
            <span key={side} className="strip-counts" role="group" aria-label={t(`impact.side.${side}`)}>
              <span className="muted">{t(`impact.side.${side}`)}</span>
              {types.map((type) => {
                const own = `${side}.${type}`;
                const count = counts.get(own) ?? 0;
                return (
                  <button
                    key={type}
                    type="button"
                    className="count-chip"
                    data-reached={own}
                    aria-pressed={kind === own}
                    onClick={() => onKind(kind === own ? null : own)}
                  >
                    <b>{number(count)}</b> {t(count === 1 ? `one.${type}` : `type.${type}`)}
                    {type === "endpoint" && <>, {t("impact.inService", { count: number(inService(own)) })}</>}
                  </button>
                );
              })}
            </span>
          )
        );
      })}
      {weakest && (
        <button type="button" className="strip-warning" data-weakest={weakest.id} onClick={() => onSelect(weakest.id)}>
          <Icon name="shieldWarn" size={14} />
          <span>
            {t("impact.weakest")}: <bdi>{place ? (bucketOf(place.name) ?? place.name) : weakest.id}</bdi>,{" "}
            <bdi>{why(weakest.why)}</bdi>
          </span>
        </button>
      )}
      <CoverageLine coverage={impact.coverage} />
      {stale}
      {left.length > 0 && (
        <span className="problem">
          {t("impact.omitted", { count: number(left.reduce((sum, [, count]) => sum + count, 0)) })}{" "}
          <bdi>
            ({left.map(([type, count]) => `${number(count)} ${isType(type) ? t(`type.${type}`) : type}`).join(", ")})
          </bdi>
        </span>
      )}
    </section>
  );
}
