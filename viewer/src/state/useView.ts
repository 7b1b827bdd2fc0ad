import { useCallback, useEffect, useState } from "react";
import { changed, formatView, GRAPH, parseView, type View } from "./view";

export type Change = Partial<View> | ((view: View) => View);

/** A step that the Back button should undo; whatever else changes replaces the present entry. */
const STEPS: readonly (keyof View)[] = [...GRAPH, "region", "domain", "select", "list"];

function address(view: View): string {
  return `${window.location.pathname}${formatView(view)}`;
}

export function useView(): [View, (change: Change) => void] {
  const [view, setView] = useState(() => parseView(window.location.search));

  useEffect(() => {
    const back = () => setView(parseView(window.location.search));
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);

  useEffect(() => {
    const before = parseView(window.location.search);
    if (formatView(before) === formatView(view)) return;
    const isStep = STEPS.some((key) => JSON.stringify(before[key]) !== JSON.stringify(view[key]));
    window.history[isStep ? "pushState" : "replaceState"](null, "", address(view));
  }, [view]);

  const change = useCallback((next: Change) => {
    setView((view) => changed(view, typeof next === "function" ? next(view) : { ...view, ...next }));
  }, []);
  return [view, change];
}
