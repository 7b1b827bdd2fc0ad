import { useEffect, useRef } from "react";
import type { Screen } from "./view";

/** Takes the keyboard along to another screen's content: what was pressed to come here is gone. */
export function useScreenFocus(screen: Screen): void {
  const shown = useRef(screen);
  useEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    document.getElementById("graph")?.focus({ preventScroll: true });
  }, [screen]);
}
