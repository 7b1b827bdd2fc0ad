import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { Background, BackgroundVariant, MiniMap, ReactFlow, useReactFlow, useStore } from "@xyflow/react";
import type { Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import type { Highlight } from "../layout/highlight";
import type { Layout } from "../layout/place";
import type { Scene, SceneLink } from "../layout/scene";
import { gravestAt } from "../model/severity";
import { type Selection, parseSelection } from "../state/view";
import { ArrowTips, FlowLink, type LinkEdge } from "./FlowLink";
import { ArtifactCard, StepCard, type BoxNode } from "./cards";
import { styledEdges, styledNodes, placedEdges, placedNodes } from "./flow";
import { isArrow, neighbour } from "./keyboard";
import { FIT, prefersCalm } from "./viewport";

const NODE_TYPES = { step: StepCard, artifact: ArtifactCard };
const EDGE_TYPES = { link: FlowLink };
const MAP_FROM = 25;
/** Below this zoom no word can be read: boxes are drawn as patches of their colour. */
const FAR = 0.3;
interface CanvasProps {
  lineage: Lineage;
  scene: Scene;
  layout: Layout;
  highlight: Highlight | null;
  selected: string | null;
  matches: ReadonlySet<string>;
  onSelect: (selection: Selection | null) => void;
}

function mapTone(node: BoxNode): string {
  const { box } = node.data;
  return box.step ? `map-${box.step.run?.status ?? "none"}` : "map-data";
}

/** The next place to look at, wherever it was chosen: it is brought into sight if it is not there already. */
function useFollow(layout: Layout, scene: Scene, selected: string | null): void {
  const flow = useReactFlow();
  const size = useStore((state) => `${state.width}x${state.height}`);
  const shown = useRef<string | null>(null);
  useEffect(() => {
    if (selected === shown.current) return;
    const box = scene.boxes.find((candidate) => candidate.id === selected);
    const at = box && layout.places.get(box.id);
    if (!box || !at) return;
    shown.current = selected;
    const [width = 0, height = 0] = size.split("x").map(Number);
    const { x, y, zoom } = flow.getViewport();
    const [left, top] = [at.x * zoom + x, at.y * zoom + y];
    const inside = left > 8 && top > 60 && left + box.width * zoom < width - 8 && top + box.height * zoom < height - 8;
    if (inside && zoom > 0.35) return;
    void flow.setCenter(at.x + box.width / 2, at.y + box.height / 2, {
      zoom: Math.max(zoom, 0.8),
      duration: prefersCalm() ? 0 : 300,
    });
  }, [flow, layout, scene, selected, size]);
}

/** A graph of another shape is shown whole, and stays so while the window changes; once the reader has moved it, it stays put. */
function useFit(layout: Layout, ready: boolean) {
  const flow = useReactFlow();
  const size = useStore((state) => `${state.width}x${state.height}`);
  const moved = useRef(false);
  useEffect(() => {
    moved.current = false;
  }, [layout]);
  useEffect(() => {
    if (ready && !moved.current) void flow.fitView(FIT);
  }, [flow, layout, ready, size]);
  return moved;
}

/** One box is reached with Tab, the others from it with the arrow keys. */
function useTabStop(frame: RefObject<HTMLElement | null>, nodes: readonly BoxNode[], selected: string | null): void {
  useEffect(() => {
    const buttons = [...(frame.current?.querySelectorAll<HTMLElement>("[data-place]") ?? [])];
    const stop = buttons.find(({ dataset }) => dataset["place"] === selected) ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  }, [frame, nodes, selected]);
}

export function Canvas(props: CanvasProps) {
  const { lineage, scene, layout, highlight, selected, matches, onSelect } = props;
  const { direction } = layout;
  const { t, term } = useWords();
  const flow = useReactFlow();
  const far = useStore((state) => state.transform[2] < FAR);
  const frame = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const badges = useMemo(() => gravestAt(lineage.findings), [lineage.findings]);
  const boxes = useMemo(
    () => placedNodes(scene, layout, badges, lineage.execution !== null),
    [scene, layout, badges, lineage.execution],
  );
  const describe = useMemo(() => {
    const names = new Map(scene.boxes.map(({ id, step, artifact }) => [id, step?.label ?? artifact?.uri ?? id]));
    return ({ source, target, word }: SceneLink) =>
      t("graph.edgeLabel", { from: names.get(source) ?? "", to: names.get(target) ?? "", via: term("via", word) });
  }, [scene, t, term]);
  const links = useMemo(() => placedEdges(scene, layout, describe), [scene, layout, describe]);
  const nodes = useMemo(
    () => styledNodes(boxes, { highlight, selected, matches }),
    [boxes, highlight, selected, matches],
  );
  const edges = useMemo(
    () => styledEdges(links, { highlight, selected, matches }),
    [links, highlight, selected, matches],
  );
  useTabStop(frame, nodes, selected);
  const moved = useFit(layout, ready);
  useFollow(layout, scene, ready ? selected : null);

  const selectLink = useCallback(
    ({ link }: { link: SceneLink }) => {
      const [from, to] = [parseSelection(link.source), parseSelection(link.target)];
      if (from?.kind === "node" && to?.kind === "node") {
        onSelect({ kind: "edge", from: from.id, to: to.id, via: link.word });
      } else {
        onSelect(from?.kind === "artifact" ? from : to);
      }
    },
    [onSelect],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") onSelect(null);
    if (event.key === "f") void flow.fitView({ ...FIT, duration: prefersCalm() ? 0 : 300 });
    if (event.key === "+" || event.key === "=") void flow.zoomIn();
    if (event.key === "-") void flow.zoomOut();
    const place = (event.target as HTMLElement).dataset["place"];
    if (!isArrow(event.key) || !place) return;
    event.preventDefault();
    const next = neighbour(scene, layout, direction, place, event.key);
    if (!next) return;
    onSelect(parseSelection(next));
    const buttons = frame.current?.querySelectorAll<HTMLElement>("[data-place]") ?? [];
    [...buttons].find((button) => button.dataset["place"] === next)?.focus({ preventScroll: true });
  };

  return (
    <div
      className={far ? "canvas far" : "canvas"}
      ref={frame}
      role="group"
      aria-label={t("graph.label", { name: lineage.pipeline.name })}
      aria-describedby="graph-help"
      onKeyDown={onKeyDown}
    >
      <p id="graph-help" className="visually-hidden">
        {t("graph.help")}
      </p>
      <ArrowTips />
      <ReactFlow<BoxNode, LinkEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onInit={() => setReady(true)}
        onMoveStart={(event) => {
          if (event) moved.current = true;
        }}
        onNodeClick={(_, node) => onSelect(parseSelection(node.id))}
        onEdgeClick={(_, edge) => edge.data && selectLink(edge.data)}
        onPaneClick={() => onSelect(null)}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        zoomOnDoubleClick={false}
        minZoom={0.02}
        maxZoom={2.5}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} />
        {scene.boxes.length >= MAP_FROM && (
          <MiniMap<BoxNode>
            pannable
            zoomable
            ariaLabel={t("graph.minimap")}
            nodeClassName={mapTone}
            nodeBorderRadius={12}
          />
        )}
      </ReactFlow>
    </div>
  );
}
