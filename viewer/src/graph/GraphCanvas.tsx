import { useEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from "react";
import { Background, BackgroundVariant, ReactFlow, useReactFlow, type Node, type NodeTypes } from "@xyflow/react";
import { useWords } from "../i18n/words";
import type { Layout } from "../layout/place";
import type { Box, Scene } from "../layout/scene";
import type { Change } from "../state/useView";
import type { Spot } from "../state/view";
import { ZoomControls } from "./Controls";
import { FarPicture } from "./FarPicture";
import { ArrowTips, Links, type LinkHandler } from "./Links";
import { FarAway } from "./cards";
import { OverviewMap } from "./OverviewMap";
import { boxAt, type Look } from "./far";
import type { StyledLink } from "./flow";
import { isArrow, neighbour } from "./keyboard";
import { useDrawn } from "./useDrawn";
import { useViewport } from "./useViewport";
import { ZOOM } from "./viewport";

const MAP_FROM = 25;
const NO_EDGES: never[] = [];
/** A box's data is what its card is drawn from. */
export type CardNode = Node<{ box: Box & { untaken: boolean; isStart?: boolean }; isStop?: boolean }>;

interface CanvasProps<N extends CardNode> {
  /** What a screen reader calls the graph. */
  label: string;
  scene: Scene<Box>;
  layout: Layout;
  nodes: N[];
  links: readonly StyledLink[];
  nodeTypes: NodeTypes;
  selected: string | null;
  /** How a box looks on the overview map, and from afar. */
  lookOf: (node: N) => Look;
  /** What a box is called where it has no card. */
  nameOf: (node: N) => string;
  /** null: nothing is selected any more. */
  onBox: (id: string | null) => void;
  onLink: LinkHandler;
  /** Where the reader has moved the graph to. */
  at: Spot | null;
  change: (change: Change) => void;
}

/** Waits for a card that has yet to come into sight, and gives it the focus. */
async function focusOn(frame: HTMLElement, id: string): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) {
    const cards = [...frame.querySelectorAll<HTMLElement>("[data-place]")];
    const card = cards.find(({ dataset }) => dataset["place"] === id);
    if (card) return card.focus({ preventScroll: true });
    await new Promise(requestAnimationFrame);
  }
}

/** A laid out graph that is panned, zoomed, and walked with the arrow keys. */
export function GraphCanvas<N extends CardNode>(props: CanvasProps<N>) {
  const { label, scene, layout, nodes, links, nodeTypes, selected, lookOf, nameOf, onBox, onLink, at, change } = props;
  const { t } = useWords();
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const drawn = useDrawn(nodes, links, selected);
  const { onMoveEnd, onFit } = useViewport(ready, { scene, layout, selected, at, change });
  /** The box under the pointer, where boxes have no cards that would know. */
  const pointedAt = ({ clientX, clientY }: { clientX: number; clientY: number }) =>
    drawn.isPicture ? boxAt(nodes, flow.screenToFlowPosition({ x: clientX, y: clientY })) : null;
  const onPointer = (event: MouseEvent<HTMLElement>) => {
    const node = pointedAt(event);
    event.currentTarget.title = node ? nameOf(node) : "";
    event.currentTarget.classList.toggle("over-box", node !== null);
  };
  useEffect(() => {
    if (!drawn.isPicture && frame.current) onLeave(frame.current);
  }, [drawn.isPicture]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") onBox(null);
    if (event.key === "f") onFit();
    if (event.key === "+" || event.key === "=") void flow.zoomIn();
    if (event.key === "-") void flow.zoomOut();
    const place = (event.target as HTMLElement).dataset["place"];
    if (!isArrow(event.key) || !place) return;
    event.preventDefault();
    const next = neighbour(scene, layout, layout.direction, place, event.key);
    if (!next) return;
    onBox(next);
    if (frame.current) void focusOn(frame.current, next);
  };

  return (
    <div
      className={drawn.isFar ? "canvas far" : "canvas"}
      ref={frame}
      role="group"
      aria-label={label}
      aria-describedby="graph-help"
      data-boxes={nodes.length}
      data-links={links.length}
      onKeyDown={onKeyDown}
      onMouseMove={drawn.isPicture ? onPointer : undefined}
    >
      <p id="graph-help" className="visually-hidden">
        {t("graph.help")}
      </p>
      <ArrowTips />
      <FarAway.Provider value={drawn.isFar}>
        <ReactFlow<N>
          nodes={drawn.cards}
          edges={NO_EDGES}
          nodeTypes={nodeTypes}
          onInit={() => setReady(true)}
          onMoveEnd={onMoveEnd}
          onNodeClick={(_, node) => onBox(node.id)}
          onPaneClick={(event) => onBox(pointedAt(event)?.id ?? null)}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          elementsSelectable={false}
          disableKeyboardA11y
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          zoomOnDoubleClick={false}
          minZoom={ZOOM.least}
          maxZoom={ZOOM.most}
        >
          {drawn.isPicture ? (
            <FarPicture nodes={nodes} links={links} lookOf={lookOf} />
          ) : (
            <Links links={drawn.links} onLink={onLink} />
          )}
          <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} />
        </ReactFlow>
      </FarAway.Provider>
      {nodes.length >= MAP_FROM && <OverviewMap {...{ nodes, layout, lookOf }} />}
      <ZoomControls direction={layout.direction} change={change} onFit={onFit} />
    </div>
  );
}

function onLeave(frame: HTMLElement): void {
  frame.title = "";
  frame.classList.remove("over-box");
}
