import { describe, expect, it } from "vitest";
import { readDifference } from "../../src/api/readAccount";
import { changeKey, marksOf, merged, reachedBoxes, valueText } from "../../src/model/comparison";
import { answer } from "../answers";

const { changes } = readDifference({
  changes: [
    { kind: "metric", subject: "step:Train", path: "run.metrics.auc", before: 1, after: 2, reach: { steps: ["Eval"] } },
    { kind: "image", subject: "step:Train", path: "run.job.image", before: "a", after: "b" },
    { kind: "duration", subject: "step:Slow", path: "run.elapsedSec", before: 1, after: 2 },
    { kind: "step", subject: "step:New", path: "", before: null, after: { type: "Training" } },
    { kind: "step", subject: "step:Old", path: "", before: { type: "Training" }, after: null },
    { kind: "posture", subject: "bucket:lake", path: "s3.publicAccess", before: "Blocked", after: "Public" },
  ],
});

describe("a comparison", () => {
  it("marks the steps that came, went and changed; a mere duration marks none", () => {
    expect(marksOf(changes)).toEqual(
      new Map([
        ["Train", { mark: "changed", count: 2 }],
        ["New", { mark: "came", count: 1 }],
        ["Old", { mark: "went", count: 1 }],
      ]),
    );
  });

  it("draws both executions as one graph", () => {
    const before = answer({ nodes: ["a", "old"], edges: [["a", "old"]] });
    const after = answer({ nodes: ["a", "new"], edges: [["a", "new"]] });
    const both = merged(before, after);
    expect(both.nodes.map(({ id }) => id)).toEqual(["a", "new", "old"]);
    expect(both.edges.map(({ to }) => to)).toEqual(["new", "old"]);
    expect(merged(after, after)).toEqual(after);
  });

  it("knows what a change is about and reaches", () => {
    const lineage = answer({ nodes: ["Train"], artifacts: [{ uri: "s3://lake/x", bucket: "lake" }] });
    expect(reachedBoxes(changes[0]!, lineage)).toEqual(["node:Train", "node:Eval"]);
    expect(reachedBoxes(changes[5]!, lineage)).toEqual(["artifact:0"]);
  });

  it("says each value whole, and a finding by its title", () => {
    expect([null, "x", 1, false, { severity: "High", title: "T" }, ["a"]].map(valueText)).toEqual([
      "",
      "x",
      "1",
      "false",
      "High: T",
      '["a"]',
    ]);
    expect(new Set(changes.map(changeKey)).size).toBe(changes.length);
  });
});
