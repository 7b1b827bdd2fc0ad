import { useCallback, useMemo } from "react";
import type { Lineage } from "../api/types";
import { useWords } from "../i18n/words";
import type { Highlight } from "../layout/highlight";
import type { Layout } from "../layout/place";
import type { Scene, SceneLink } from "../layout/scene";
import { gravestAt } from "../model/severity";
import { shieldOf } from "../model/shield";
import { toneOf } from "../model/status";
import type { Change } from "../state/useView";
import { parseSelection, type Selection, type Spot } from "../state/view";
import { GraphCanvas } from "./GraphCanvas";
import { ArtifactCard, StepCard, type BoxNode, type ChangeMark } from "./cards";
import type { Look } from "./far";
import { placedLinks, placedNodes, styledLinks, styledNodes } from "./flow";

const NODE_TYPES = { step: StepCard, artifact: ArtifactCard };

interface GraphProps {
  lineage: Lineage;
  scene: Scene;
  layout: Layout;
  highlight: Highlight | null;
  selected: string | null;
  matches: ReadonlySet<string>;
  /** What changed at each step, where two executions are compared: it stands in place of the findings. */
  marks?: ReadonlyMap<string, ChangeMark>;
  at: Spot | null;
  onSelect: (selection: Selection | null) => void;
  change: (change: Change) => void;
}

function lookOf({ data: { box, badge, mark } }: BoxNode): Look {
  const tone = box.step ? `tone-${toneOf(box.step.run?.status)}` : `shield-${shieldOf(box.artifact!).shield}`;
  return { tone, badge: mark ? `mark-${mark.mark}` : badge && `severity-${badge.severity}` };
}

const nameOf = ({ data: { box } }: BoxNode) => box.step?.label ?? box.artifact!.uri;

/** One pipeline's steps, and its data where that is drawn. */
export function LineageGraph(props: GraphProps) {
  const { lineage, scene, layout, highlight, selected, matches, marks, at, onSelect, change } = props;
  const { t, term } = useWords();
  const badges = useMemo(() => gravestAt(lineage.findings), [lineage.findings]);
  const hasExecution = lineage.execution !== null;
  const boxes = useMemo(
    () =>
      placedNodes<Scene["boxes"][number], BoxNode>(scene, layout, (box) => ({
        type: box.step ? "step" : "artifact",
        data: {
          box,
          badge: marks ? null : (badges.get(box.id) ?? null),
          hasExecution,
          mark: (box.step && marks?.get(box.step.id)) ?? null,
        },
      })),
    [scene, layout, badges, marks, hasExecution],
  );
  const describe = useMemo(() => {
    const names = new Map(scene.boxes.map(({ id, step, artifact }) => [id, step?.label ?? artifact?.uri ?? id]));
    return ({ source, target, word }: SceneLink) =>
      t("graph.edgeLabel", { from: names.get(source) ?? "", to: names.get(target) ?? "", via: term("via", word) });
  }, [scene, t, term]);
  const placed = useMemo(() => placedLinks(scene, layout, describe), [scene, layout, describe]);
  const nodes = useMemo(
    () => styledNodes(boxes, { highlight, selected, matches }),
    [boxes, highlight, selected, matches],
  );
  const links = useMemo(
    () => styledLinks(placed, { highlight, selected, matches }),
    [placed, highlight, selected, matches],
  );
  const onLink = useCallback(
    (link: SceneLink) => {
      const [from, to] = [parseSelection(link.source), parseSelection(link.target)];
      if (from?.kind === "node" && to?.kind === "node") {
        onSelect({ kind: "edge", from: from.id, to: to.id, via: link.word });
      } else {
        onSelect(from?.kind === "artifact" ? from : to);
      }
    },
    [onSelect],
  );
  return (
    <GraphCanvas<BoxNode>
      label={t("graph.label", { name: lineage.pipeline.name })}
      {...{ scene, layout, nodes, links, selected, lookOf, nameOf, onLink, at, change }}
      nodeTypes={NODE_TYPES}
      onBox={(id) => onSelect(parseSelection(id))}
    />
  );
}
