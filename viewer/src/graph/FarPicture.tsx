import { memo, useMemo } from "react";
import { ViewportPortal, type Node } from "@xyflow/react";
import { dots, patches, threads, type Look, type Shape } from "./far";
import type { StyledLink } from "./flow";

export function Shapes({ kind, shapes }: { kind: string; shapes: readonly Shape[] }) {
  return shapes.map(({ key, className, d }) => <path key={key} className={`${kind} ${className}`} d={d} />);
}

interface PictureProps<N extends Node> {
  nodes: readonly N[];
  links: readonly StyledLink[];
  lookOf: (node: N) => Look;
}

function Picture<N extends Node>({ nodes, links, lookOf }: PictureProps<N>) {
  const drawn = useMemo(
    () => ({ threads: threads(links), patches: patches(nodes, lookOf), dots: dots(nodes, lookOf) }),
    [nodes, links, lookOf],
  );
  return (
    <ViewportPortal>
      <svg className="far-picture" aria-hidden="true">
        <Shapes kind="thread" shapes={drawn.threads} />
        <Shapes kind="patch" shapes={drawn.patches} />
        <Shapes kind="dot" shapes={drawn.dots} />
      </svg>
    </ViewportPortal>
  );
}

/** A large graph from far away: a few shapes in place of thousands of cards and links. */
export const FarPicture = memo(Picture) as typeof Picture;
