/** How long to wait before asking again about an execution in progress; pure. */

export const FIRST_WAIT_SEC = 5;
export const LONGEST_WAIT_SEC = 60;

/** Longer each time that nothing has changed, from the start again when something has. */
export function nextWait(previousSec: number, changed: boolean): number {
  return changed ? FIRST_WAIT_SEC : Math.min(LONGEST_WAIT_SEC, Math.ceil(previousSec * 1.5));
}
