import { useEffect, useRef, useState } from "react";
import type { Direction } from "../state/view";
import type { Layout, LayoutRequest } from "./place";
import type { Box, Scene, SceneLink, Via } from "./scene";

/** Heavier links are kept shorter and straighter: the flow of data is what the reader follows. */
const WEIGHTS: Partial<Record<Via, number>> = { write: 3, read: 2, "ref:Get": 2, artifact: 2 };

export function layoutRequest(
  scene: Scene<Box>,
  direction: Direction | null,
  room: LayoutRequest["room"],
  quick = false,
): LayoutRequest {
  return {
    direction,
    ...(quick ? { quick } : {}),
    room,
    boxes: scene.boxes.map(({ id, width, height }) => ({ id, width, height })),
    links: scene.links.map((link: SceneLink) => ({
      id: link.id,
      source: link.source,
      target: link.target,
      weight: WEIGHTS[link.via] ?? 1,
    })),
  };
}

/** About what the window leaves to the graph when the page opens; a later change of size turns nothing around. */
function roomForGraph(): LayoutRequest["room"] {
  const panel = window.innerWidth > 900 ? 420 : 0;
  return { width: Math.max(320, window.innerWidth - panel - 80), height: Math.max(240, window.innerHeight - 260) };
}

/** Nothing to place is worth no worker, whose script may be out of reach. */
const NOWHERE: Layout = { direction: "LR", places: new Map(), bends: new Map(), width: 0, height: 0 };

export type LayoutState =
  { state: "waiting" } | { state: "ready"; layout: Layout } | { state: "failed"; reason: string };

interface Reply {
  turn: number;
  layout?: Layout;
  tookMs?: number;
  problem?: string;
}

/** The layout of a scene, from a worker; a scene of the same structure (a refreshed answer) keeps its places. */
export function useLayout(scene: Scene<Box>, direction: Direction | null, quick = false): LayoutState {
  const [room] = useState(roomForGraph);
  const [result, setResult] = useState<LayoutState>({ state: "waiting" });
  const worker = useRef<Worker | null>(null);
  const turn = useRef(0);
  /** What the layout that is there was made of. */
  const known = useRef<{ shape: string; direction: Direction } | null>(null);
  const request = layoutRequest(scene, null, room, quick);
  const shape = JSON.stringify(request);

  useEffect(() => () => worker.current?.terminate(), []);

  useEffect(() => {
    const mine = ++turn.current;
    if (known.current?.shape === shape && known.current.direction === direction) return; // it stands as it is asked for
    const asked = { ...(JSON.parse(shape) as LayoutRequest), direction };
    if (asked.boxes.length === 0) {
      known.current = null;
      setResult({ state: "ready", layout: { ...NOWHERE, direction: asked.direction ?? "LR" } });
      return;
    }
    const fail = (reason: string) => {
      known.current = null;
      setResult({ state: "failed", reason });
    };
    worker.current ??= new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    worker.current.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.turn !== turn.current) return;
      if (data.layout) {
        known.current = { shape, direction: data.layout.direction };
        performance.measure("layout", { start: 0, duration: data.tookMs ?? 0 });
        setResult({ state: "ready", layout: data.layout });
      } else fail(data.problem ?? "");
    };
    worker.current.onerror = (event) => {
      worker.current = null; // the next layout gets a new one: this one's script may not have come
      fail(event.message);
    };
    setResult((known) => (known.state === "failed" ? { state: "waiting" } : known));
    worker.current.postMessage({ turn: mine, request: asked });
  }, [shape, direction]);

  return result;
}
