import { describe, expect, it } from "vitest";
import { FIRST_WAIT_SEC, LONGEST_WAIT_SEC, nextWait } from "../../src/state/pace";

describe("an execution in progress", () => {
  it("is asked for again at a pace that slackens, and quickens when something changes", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].reduce<number[]>(
      (known) => [...known, nextWait(known.at(-1)!, false)],
      [FIRST_WAIT_SEC],
    );
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.at(-1)).toBe(LONGEST_WAIT_SEC);
    expect(nextWait(LONGEST_WAIT_SEC, true)).toBe(FIRST_WAIT_SEC);
  });
});
