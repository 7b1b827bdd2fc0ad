import { describe, expect, it } from "vitest";
import { toneOf, isLive } from "../../src/model/status";

describe("statuses", () => {
  it("have a tone each, and unknown words the neutral one", () => {
    expect(
      ["Succeeded", "Failed", "Executing", "Stopped", "CompletedWithFailures", "Unknown", "toString", null].map(toneOf),
    ).toEqual(["ok", "bad", "running", "warn", "warn", "idle", "idle", "idle"]);
    expect(["Executing", "Stopping", "Succeeded", undefined].map(isLive)).toEqual([true, true, false, false]);
  });
});
