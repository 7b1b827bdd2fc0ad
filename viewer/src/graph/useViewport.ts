import { useCallback, useEffect, useRef } from "react";
import { useReactFlow, useStoreApi, useStore, type Viewport } from "@xyflow/react";
import type { Layout } from "../layout/place";
import type { Box, Scene } from "../layout/scene";
import type { Change } from "../state/useView";
import type { Spot } from "../state/view";
import { FIT, isInside, prefersCalm, spotOf } from "./viewport";

/** A movement is over when so long nothing has moved. */
const SETTLED_MS = 120;

/** The panel that opens beside what was selected has then taken its room. */
const nextFrames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

interface Watched {
  scene: Scene<Box>;
  layout: Layout;
  selected: string | null;
  at: Spot | null;
  change: (change: Change) => void;
}

/**
 * Keeps graph and address together. What the address says is shown: a place in the graph, or else the graph whole, also
 * while the window changes; where the reader moves to, the address says. What is selected is brought into sight.
 */
export function useViewport(ready: boolean, { scene, layout, selected, at, change }: Watched) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const size = useStore((state) => `${state.width}x${state.height}`);
  /** What is shown: `at` is the reader's own, or was taken from the address. */
  const shown = useRef<{ layout: Layout | null; at: string; size: string; selected: string | null }>({
    layout: null,
    at: "",
    size: "",
    selected: at ? selected : null,
  });
  /** Movements that only carry out what the address says: how many are under way, and the end of the last. */
  const quiet = useRef(0);
  const settled = useRef<Promise<unknown>>(Promise.resolve());
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(settling.current), [scene]); // a place in the graph as it was is none in another

  const quietly = useCallback((move: Promise<unknown>) => {
    quiet.current += 1;
    settled.current = move.then(() => {
      setTimeout(() => (quiet.current -= 1), SETTLED_MS / 2); // React Flow tells of a movement a little after its end
    });
  }, []);
  const fit = useCallback(
    (duration = 0) => quietly(flow.fitView({ ...FIT, duration: prefersCalm() ? 0 : duration })),
    [flow, quietly],
  );

  const onMoveEnd = useCallback(
    (_event: unknown, { x, y, zoom }: Viewport) => {
      if (quiet.current > 0) return;
      clearTimeout(settling.current);
      settling.current = setTimeout(() => {
        const { width, height } = store.getState();
        const spot = spotOf({ x, y, zoom }, width, height);
        shown.current.at = JSON.stringify(spot);
        change({ at: spot, direction: layout.direction });
      }, SETTLED_MS);
    },
    [store, change, layout.direction],
  );

  useEffect(() => {
    if (!ready) return;
    const before = shown.current;
    const now = JSON.stringify(at);
    const isOther = before.layout !== layout;
    const isMoved = at !== null && isOther && before.layout !== null;
    shown.current = { layout, at: now, size, selected: isMoved ? null : before.selected };
    if (at === null) return fit();
    if (isOther || now !== before.at || before.size !== size) quietly(flow.setCenter(at.x, at.y, { zoom: at.zoom }));
  }, [flow, layout, ready, size, at, fit, quietly]);

  useEffect(() => {
    if (!ready || selected === shown.current.selected) return;
    const box = scene.boxes.find(({ id }) => id === selected);
    const place = box && layout.places.get(box.id);
    if (selected !== null && (!box || !place)) return;
    shown.current.selected = selected;
    if (!box || !place) return;
    const { width, height } = box;
    void settled.current.then(nextFrames).then(() => {
      const state = store.getState();
      if (isInside({ ...place, width, height }, flow.getViewport(), state.width, state.height)) return;
      const zoom = Math.max(flow.getZoom(), 0.8);
      void flow.setCenter(place.x + width / 2, place.y + height / 2, { zoom, duration: prefersCalm() ? 0 : 300 });
    });
  }, [flow, store, layout, scene, ready, selected, size]);

  const onFit = useCallback(() => {
    clearTimeout(settling.current);
    shown.current.at = "null";
    change({ at: null });
    fit(200);
  }, [change, fit]);
  return { onMoveEnd, onFit };
}
