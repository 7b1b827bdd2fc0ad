import { memo, useMemo, type PointerEvent } from "react";
import { useReactFlow, useStore, type Node } from "@xyflow/react";
import { useWords } from "../i18n/words";
import type { Layout } from "../layout/place";
import { Shapes } from "./FarPicture";
import { patches, type Look } from "./far";

const SIZE = { width: 200, height: 150 };
const EDGE = 8;

interface MapProps<N extends Node> {
  nodes: readonly N[];
  layout: Layout;
  lookOf: (node: N) => Look;
}

/** Everything at once, small, with what is in sight marked; a press or a drag goes there. */
export function OverviewMap<N extends Node>({ nodes, layout, lookOf }: MapProps<N>) {
  const { t } = useWords();
  const flow = useReactFlow();
  const scale = Math.min(
    (SIZE.width - 2 * EDGE) / Math.max(1, layout.width),
    (SIZE.height - 2 * EDGE) / Math.max(1, layout.height),
  );
  const box = [
    (layout.width - SIZE.width / scale) / 2,
    (layout.height - SIZE.height / scale) / 2,
    SIZE.width / scale,
    SIZE.height / scale,
  ] as const;
  const go = (event: PointerEvent<SVGSVGElement>) => {
    if ((event.buttons & 1) === 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const frame = event.currentTarget.getBoundingClientRect();
    const x = box[0] + ((event.clientX - frame.left) / frame.width) * box[2];
    const y = box[1] + ((event.clientY - frame.top) / frame.height) * box[3];
    void flow.setCenter(x, y, { zoom: flow.getZoom() });
  };
  return (
    <svg
      className="overview-map"
      role="img"
      aria-label={t("graph.minimap")}
      viewBox={box.join(" ")}
      {...SIZE}
      onPointerDown={go}
      onPointerMove={go}
    >
      <Boxes nodes={nodes} lookOf={lookOf} />
      <InSight outside={box} />
    </svg>
  );
}

const Boxes = memo(function Boxes<N extends Node>({ nodes, lookOf }: Omit<MapProps<N>, "layout">) {
  return <Shapes kind="patch" shapes={useMemo(() => patches(nodes, lookOf), [nodes, lookOf])} />;
}) as <N extends Node>(props: Omit<MapProps<N>, "layout">) => React.ReactNode;

/** A veil over what is not in sight. */
function InSight({ outside: [left, top, width, height] }: { outside: readonly [number, number, number, number] }) {
  const view = useStore(
    ({ transform: [x, y, zoom], width, height }) =>
      `M${-x / zoom},${-y / zoom}h${width / zoom}v${height / zoom}h${-width / zoom}z`,
  );
  return <path className="veil" fillRule="evenodd" d={`M${left},${top}h${width}v${height}h${-width}z${view}`} />;
}
