import { useCallback, useEffect, useRef } from "react";
import { useReactFlow, useStore, useStoreApi, type Viewport } from "@xyflow/react";
import type { Layout } from "../layout/place";
import type { Box, Scene } from "../layout/scene";
import type { Change } from "../state/useView";
import type { Spot } from "../state/view";
import { centredOn, fitted, isInside, isSame, prefersCalm, spotOf } from "./viewport";

/** A movement is over when so long nothing has moved. */
const SETTLED_MS = 120;

interface Watched {
  scene: Scene<Box>;
  layout: Layout;
  selected: string | null;
  at: Spot | null;
  change: (change: Change) => void;
}

/** The panel that opens beside what was selected has then taken its room. */
const nextFrames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/**
 * Keeps graph and address together. What the address says is shown: a place in the graph, or else the graph whole, also
 * while the window changes; where the reader moves to, the address says. What is selected is brought into sight.
 */
export function useViewport(isMounted: boolean, { scene, layout, selected, at, change }: Watched) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const size = useStore((state) => `${state.width}x${state.height}`);
  const ready = isMounted && size !== "0x0";
  /** What is shown: in which layout, and which selected box was brought into sight. */
  const shown = useRef<{ layout: Layout | null; selected: string | null }>({
    layout: null,
    selected: at ? selected : null,
  });
  /** Where the graph was moved to from here, until the reader moves it: that needs no telling. */
  const target = useRef<Viewport | null>(null);
  const settling = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(settling.current), [scene]); // a place in the graph as it was is none in another

  const go = useCallback(
    (viewport: Viewport, duration = 0) => {
      if (target.current && isSame(viewport, target.current)) return; // it is there, or on its way
      clearTimeout(settling.current);
      target.current = viewport;
      void flow.setViewport(viewport, { duration: prefersCalm() ? 0 : duration });
    },
    [flow],
  );
  const fit = useCallback(
    (duration = 0) => {
      const { width, height } = store.getState();
      go(fitted(scene, layout, width, height), duration);
    },
    [store, go, scene, layout],
  );
  const tell = useCallback(
    (viewport: Viewport) => {
      const { width, height } = store.getState();
      change({ at: spotOf(viewport, width, height), direction: layout.direction });
    },
    [store, change, layout.direction],
  );
  const onMoveEnd = useCallback(
    (_event: unknown, viewport: Viewport) => {
      clearTimeout(settling.current);
      if (target.current && isSame(viewport, target.current)) return;
      settling.current = setTimeout(() => {
        if (!isSame(flow.getViewport(), viewport)) return; // an end that came late: something else moves it by now
        target.current = null;
        tell(viewport);
      }, SETTLED_MS);
    },
    [flow, tell],
  );

  useEffect(() => {
    if (!ready) return;
    const before = shown.current;
    const isOther = before.layout !== layout;
    shown.current = { layout, selected: at && isOther && before.layout ? null : before.selected };
    const { width, height } = store.getState();
    const there = [target.current, flow.getViewport()].some((each) => each && isAt(each, at, width, height));
    if (at === null) fit();
    else if (!there) go(centredOn(at, width, height));
  }, [flow, store, layout, ready, size, at?.x, at?.y, at?.zoom, fit, go]);

  useEffect(() => {
    if (!ready || selected === shown.current.selected) return;
    const box = scene.boxes.find(({ id }) => id === selected);
    const place = box && layout.places.get(box.id);
    if (selected !== null && !place) return;
    shown.current.selected = selected;
    if (!box || !place) return;
    void nextFrames().then(() => {
      const { width, height } = store.getState();
      if (isInside({ ...place, width: box.width, height: box.height }, flow.getViewport(), width, height)) return;
      const middle = { x: place.x + box.width / 2, y: place.y + box.height / 2 };
      const viewport = centredOn({ ...middle, zoom: Math.max(flow.getZoom(), 0.8) }, width, height);
      go(viewport, 300);
      tell(viewport);
    });
  }, [flow, store, layout, scene, ready, selected, go, tell]);

  const onFit = useCallback(() => {
    target.current = null; // React Flow tells later that the reader has moved it
    change({ at: null });
    fit(200);
  }, [change, fit]);
  return { onMoveEnd, onFit };
}

function isAt(viewport: Viewport, at: Spot | null, width: number, height: number): boolean {
  return JSON.stringify(spotOf(viewport, width, height)) === JSON.stringify(at);
}
