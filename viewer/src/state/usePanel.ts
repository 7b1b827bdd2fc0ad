import { useMemo, useSyncExternalStore } from "react";
import type { Change } from "./useView";
import type { View } from "./view";

const WIDE = window.matchMedia("(min-width: 901px)");

function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      WIDE.addEventListener("change", changed);
      return () => WIDE.removeEventListener("change", changed);
    },
    () => WIDE.matches,
  );
}

export interface PanelState {
  isOpen: boolean;
  /** What a change of the view brings with it to open the panel. */
  opening: Pick<View, "panel">;
  open: () => void;
  close: () => void;
}

/** The panel beside a graph: as the address says, else open where there is room for it or something to tell. */
export function usePanel(view: View, change: (change: Change) => void): PanelState {
  const wide = useWide();
  const isOpen = view.panel ?? (wide || view.select !== null || view.tab !== "overview");
  return useMemo(() => {
    const opening = { panel: wide ? null : true };
    return { isOpen, opening, open: () => change(opening), close: () => change({ panel: false }) };
  }, [isOpen, wide, change]);
}
