import { useEffect, useMemo, useState } from "react";
import { useStore, useStoreApi, type ReactFlowState } from "@xyflow/react";
import type { Rectangle } from "../layout/curve";
import type { CardNode } from "./GraphCanvas";
import type { StyledLink } from "./flow";
import { areaFor, FAR, meet, seen } from "./viewport";

/** More boxes than these are drawn only where they are in sight, and from afar as a picture without cards. */
const MOST_CARDS = 250;
/** Cards come in place of the picture when nothing has moved for so long: making hundreds takes longer than a frame. */
const STILL_MS = 150;

/** Whether a large graph is shown as a picture: from afar, and until it stands still near by. */
function usePicture(isLarge: boolean, isFar: boolean): boolean {
  const store = useStoreApi();
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (!isLarge || isFar) return setNear(false);
    let waiting: ReturnType<typeof setTimeout>;
    const wait = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => (stop(), setNear(true)), STILL_MS);
    };
    const stop = store.subscribe(({ transform }, before) => {
      if (transform !== before.transform) wait();
    });
    wait();
    return () => (stop(), clearTimeout(waiting));
  }, [store, isLarge, isFar]);
  return isLarge && (isFar || !isNear);
}

function viewOf({ transform: [x, y, zoom], width, height }: ReactFlowState): Rectangle {
  return seen({ x, y, zoom }, width, height);
}

/**
 * The part of the graph that is drawn; null is all of it. It follows the view; what comes into sight while the view is
 * zoomed is drawn when that is over.
 */
function useArea(isWhole: boolean): Rectangle | null {
  const store = useStoreApi();
  const [area, setArea] = useState<Rectangle | null>(null);
  useEffect(() => {
    if (isWhole) return setArea(null);
    let waiting: ReturnType<typeof setTimeout>;
    const follow = () => setArea((before) => areaFor(viewOf(store.getState()), before));
    follow();
    const stop = store.subscribe(({ transform }, before) => {
      clearTimeout(waiting);
      if (transform[2] === before.transform[2]) follow();
      else waiting = setTimeout(follow, STILL_MS);
    });
    return () => (stop(), clearTimeout(waiting));
  }, [store, isWhole]);
  return isWhole ? null : (area ?? areaFor(viewOf(store.getState()), null));
}

export interface Drawn<N extends CardNode> {
  cards: N[];
  links: readonly StyledLink[];
  isFar: boolean;
  /** Whether a picture stands in place of the cards and links. */
  isPicture: boolean;
}

/**
 * Which boxes and links are drawn one by one: all of a small graph; of a large one those in sight, and from afar none.
 * The box that Tab leads to always is: the selected one, or else the start.
 */
export function useDrawn<N extends CardNode>(
  nodes: readonly N[],
  links: readonly StyledLink[],
  selected: string | null,
): Drawn<N> {
  const isFar = useStore((state) => state.transform[2] < FAR);
  const isLarge = nodes.length > MOST_CARDS;
  const isPicture = usePicture(isLarge, isFar);
  const area = useArea(!isLarge || isPicture);
  return useMemo(() => {
    const inSight = ({ position, width = 0, height = 0 }: N) => !area || meet({ ...position, width, height }, area);
    const near = isPicture ? [] : nodes.filter(inSight);
    const first = (some: readonly N[]) => some.find(({ data }) => data.box.isStart) ?? some[0];
    const stop = nodes.find(({ id }) => id === selected) ?? first(near) ?? first(nodes);
    const cards = stop && !near.includes(stop) ? [...near, stop] : near;
    return {
      cards: cards.map((node) => (node === stop ? { ...node, data: { ...node.data, isStop: true } } : node)),
      links: isPicture ? [] : area ? links.filter(({ placed }) => meet(placed.around, area)) : links,
      isFar,
      isPicture,
    };
  }, [nodes, links, selected, area, isFar, isPicture]);
}
