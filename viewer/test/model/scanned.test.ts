import { describe, expect, it } from "vitest";
import { lastScanned } from "../../src/model/scanned";
import { answer, ran } from "../answers";

describe("last scanned", () => {
  it("is the latest activity, else the latest run's end, else the pipeline's last change", () => {
    const nodes = [
      ran("a", "Succeeded", { endTime: "2026-03-01T10:00:00+00:00" }),
      ran("b", "Succeeded", { endTime: "2026-03-01T09:59:00+00:00" }),
    ];
    expect(lastScanned(answer({ nodes, more: { summary: { lastActivityTime: "L" } } }))).toBe("L");
    expect(lastScanned(answer({ nodes }))).toBe("2026-03-01T10:00:00+00:00");
    expect(lastScanned(answer({ more: { pipeline: { name: "p", lastModifiedTime: "M" } } }))).toBe("M");
    expect(lastScanned(answer({}))).toBeNull();
  });
});
