import { useMemo } from "react";
import { useMedia } from "./useMedia";
import type { Change } from "./useView";
import type { View } from "./view";

export interface PanelState {
  isOpen: boolean;
  /** What a change of the view brings with it to open the panel. */
  opening: Pick<View, "panel">;
  open: () => void;
  close: () => void;
}

/** The panel beside a graph: as the address says, else open where there is room for it or something to tell. */
export function usePanel(view: View, change: (change: Change) => void): PanelState {
  const wide = useMedia("(min-width: 901px)");
  const isOpen = view.panel ?? (wide || view.select !== null || view.tab !== "overview");
  return useMemo(() => {
    const opening = { panel: wide ? null : true };
    return { isOpen, opening, open: () => change(opening), close: () => change({ panel: false }) };
  }, [isOpen, wide, change]);
}
