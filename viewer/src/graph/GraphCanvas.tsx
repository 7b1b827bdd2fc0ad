import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  useReactFlow,
  useStore,
  type Node,
  type NodeTypes,
} from "@xyflow/react";
import { useWords } from "../i18n/words";
import type { Layout } from "../layout/place";
import type { Box, Scene, SceneLink } from "../layout/scene";
import { ZoomControls } from "./Controls";
import { FarAway } from "./cards";
import type { Change } from "../state/useView";
import type { Spot } from "../state/view";
import { ArrowTips, FlowLink, type LinkEdge } from "./FlowLink";
import { isArrow, neighbour } from "./keyboard";
import { useViewport } from "./useViewport";
import { ZOOM } from "./viewport";

const EDGE_TYPES = { link: FlowLink };
const MAP_FROM = 25;
/** More boxes than these are drawn only where they are in sight. */
const MOST_DRAWN = 900;
/** Below this zoom no word can be read: boxes are drawn as patches of their colour. */
const FAR = 0.3;
/** A box's data is what its card is drawn from. */
export type CardNode = Node<{ box: Box & { untaken: boolean } }>;

interface CanvasProps<N extends CardNode> {
  /** What a screen reader calls the graph. */
  label: string;
  scene: Scene<Box>;
  layout: Layout;
  nodes: N[];
  edges: LinkEdge[];
  nodeTypes: NodeTypes;
  selected: string | null;
  /** The class of a box on the overview map. */
  mapClass: (node: N) => string;
  /** null: nothing is selected any more. */
  onBox: (id: string | null) => void;
  onLink: (link: SceneLink) => void;
  /** Where the reader has moved the graph to. */
  at: Spot | null;
  change: (change: Change) => void;
}

/** One box is reached with Tab, the others from it with the arrow keys. */
function useTabStop(
  frame: RefObject<HTMLElement | null>,
  ready: boolean,
  nodes: readonly CardNode[],
  selected: string | null,
): void {
  useEffect(() => {
    const buttons = [...(frame.current?.querySelectorAll<HTMLElement>("[data-place]") ?? [])];
    const stop = buttons.find(({ dataset }) => dataset["place"] === selected) ?? buttons[0];
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  }, [frame, ready, nodes, selected]); // before React Flow is ready, no box is there
}

/** A laid out graph that is panned, zoomed, and walked with the arrow keys. */
export function GraphCanvas<N extends CardNode>(props: CanvasProps<N>) {
  const { label, scene, layout, nodes, edges, nodeTypes, selected, mapClass, onBox, onLink, at, change } = props;
  const { t } = useWords();
  const flow = useReactFlow();
  const far = useStore((state) => state.transform[2] < FAR);
  const frame = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  useTabStop(frame, ready, nodes, selected);
  const { onMoveEnd, onFit } = useViewport(ready, { scene, layout, selected, at, change });

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
    const buttons = frame.current?.querySelectorAll<HTMLElement>("[data-place]") ?? [];
    [...buttons].find((button) => button.dataset["place"] === next)?.focus({ preventScroll: true });
  };

  return (
    <div
      className={far ? "canvas far" : "canvas"}
      ref={frame}
      role="group"
      aria-label={label}
      aria-describedby="graph-help"
      onKeyDown={onKeyDown}
    >
      <p id="graph-help" className="visually-hidden">
        {t("graph.help")}
      </p>
      <ArrowTips />
      <FarAway.Provider value={far}>
        <ReactFlow<N, LinkEdge>
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={EDGE_TYPES}
          onInit={() => setReady(true)}
          onMoveEnd={onMoveEnd}
          onNodeClick={(_, node) => onBox(node.id)}
          onEdgeClick={(_, edge) => edge.data && onLink(edge.data.link)}
          onPaneClick={() => onBox(null)}
          onlyRenderVisibleElements={scene.boxes.length >= MOST_DRAWN}
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
          minZoom={ZOOM.least}
          maxZoom={ZOOM.most}
        >
          <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} />
          {scene.boxes.length >= MAP_FROM && (
            <MiniMap<N>
              pannable
              zoomable
              ariaLabel={t("graph.minimap")}
              nodeClassName={mapClass}
              nodeBorderRadius={12}
            />
          )}
        </ReactFlow>
      </FarAway.Provider>
      <ZoomControls direction={layout.direction} change={change} onFit={onFit} />
    </div>
  );
}
