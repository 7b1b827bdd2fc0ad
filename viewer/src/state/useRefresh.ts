import { useEffect, useRef, useState } from "react";
import { FIRST_WAIT_SEC, nextWait } from "./pace";

export interface Refresh {
  /** Seconds to the next refresh; null while none is due. */
  inSec: number | null;
  paused: boolean;
  setPaused: (paused: boolean) => void;
}

/** Calls `reload` while `live`, at a polite pace, and only while the tab is in sight. `digest` tells whether anything changed. */
export function useRefresh(live: boolean, busy: boolean, digest: string, reload: () => void): Refresh {
  const [paused, setPaused] = useState(false);
  const [inSec, setInSec] = useState<number | null>(null);
  const pace = useRef({ wait: FIRST_WAIT_SEC, digest: "" });

  useEffect(() => {
    if (!live || paused || busy) {
      setInSec(null);
      return;
    }
    const known = pace.current;
    const wait = known.digest === "" ? FIRST_WAIT_SEC : nextWait(known.wait, known.digest !== digest);
    pace.current = { wait, digest };
    let left = wait;
    setInSec(left);
    const timer = setInterval(() => {
      if (document.visibilityState !== "visible") return;
      left -= 1;
      setInSec(Math.max(0, left));
      if (left <= 0) {
        clearInterval(timer);
        reload();
      }
    }, 1000);
    return () => clearInterval(timer);
  }, [live, paused, busy, digest, reload]);

  return { inSec, paused, setPaused };
}
