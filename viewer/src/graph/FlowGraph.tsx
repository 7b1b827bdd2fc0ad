import { useCallback, useMemo } from "react";
import { useWords } from "../i18n/words";
import type { FlowBox, FlowScene } from "../layout/flowScene";
import type { Highlight } from "../layout/highlight";
import type { Layout } from "../layout/place";
import type { SceneLink } from "../layout/scene";
import type { Side } from "../model/reveal";
import type { Change } from "../state/useView";
import type { Spot } from "../state/view";
import { FlowCard, titleOf, toneClass, type FlowNode } from "./FlowCard";
import { GraphCanvas } from "./GraphCanvas";
import type { Look } from "./far";
import { placedLinks, placedNodes, styledLinks, styledNodes } from "./flow";

const NODE_TYPES = { vertex: FlowCard, group: FlowCard };
const NO_MATCHES: ReadonlySet<string> = new Set();

interface FlowGraphProps {
  label: string;
  scene: FlowScene;
  layout: Layout;
  highlight: Highlight | null;
  selected: string | null;
  /** The box of the weakest place. */
  weakest: string | null;
  at: Spot | null;
  onBox: (id: string | null) => void;
  onMore: (box: FlowBox, side: Side) => void;
  change: (change: Change) => void;
}

function lookOf({ data: { box, weakest } }: FlowNode): Look {
  return { tone: toneClass(box).className, badge: weakest ? "severity-High" : null };
}

const nameOf = ({ data: { box } }: FlowNode) => box.vertex?.name ?? titleOf(box);

/** The account's graph, as far as it is drawn. */
export function FlowGraph(props: FlowGraphProps) {
  const { label, scene, layout, highlight, selected, weakest, at, onBox, onMore, change } = props;
  const { t, term } = useWords();
  const boxes = useMemo(
    () =>
      placedNodes<FlowBox, FlowNode>(scene, layout, (box) => ({
        type: box.group ? "group" : "vertex",
        data: { box, weakest: box.id === weakest, onMore },
      })),
    [scene, layout, weakest, onMore],
  );
  const describe = useMemo(() => {
    const names = new Map(scene.boxes.map((box) => [box.id, titleOf(box)]));
    return ({ source, target, word }: SceneLink) =>
      t("graph.edgeLabel", { from: names.get(source) ?? "", to: names.get(target) ?? "", via: term("via", word) });
  }, [scene, t, term]);
  const placed = useMemo(() => placedLinks(scene, layout, describe), [scene, layout, describe]);
  const shown = { highlight, selected, matches: NO_MATCHES };
  const nodes = useMemo(() => styledNodes(boxes, shown), [boxes, highlight, selected]);
  const links = useMemo(() => styledLinks(placed, shown), [placed, highlight, selected]);
  const onLink = useCallback((link: SceneLink) => onBox(link.target), [onBox]);
  return (
    <GraphCanvas<FlowNode>
      {...{ label, scene, layout, nodes, links, selected, lookOf, nameOf, onBox, at, change }}
      nodeTypes={NODE_TYPES}
      onLink={onLink}
    />
  );
}
