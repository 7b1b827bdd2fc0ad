import { place, type LayoutRequest } from "./place";

/** Layout off the page's own thread: a large graph never freezes what the reader is doing. */
self.onmessage = ({ data }: MessageEvent<{ turn: number; request: LayoutRequest }>) => {
  const started = performance.now();
  try {
    const layout = place(data.request);
    self.postMessage({ turn: data.turn, layout, tookMs: performance.now() - started });
  } catch (error) {
    self.postMessage({ turn: data.turn, problem: String(error) });
  }
};
