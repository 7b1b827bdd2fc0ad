import { describe, expect, it } from "vitest";
import { highlightOf, selectedId } from "../../src/layout/highlight";
import { buildScene } from "../../src/layout/scene";
import type { Drawn, Selection } from "../../src/state/view";
import { answer } from "../answers";

const FLOW = answer({
  nodes: ["a", "b", "c", "d", "aside"],
  edges: [
    ["a", "b"],
    ["b", "c"],
    ["b", "d", "dependsOn"],
    ["a", "aside"],
  ],
  artifacts: [
    { uri: "s3://x/in", bucket: "x", consumedBy: ["a"] },
    { uri: "s3://x/mid", bucket: "x", producedBy: ["b"], consumedBy: ["c"] },
    { uri: "s3://x/out", bucket: "x", producedBy: ["c"] },
  ],
  findings: [{ rule: "R", finding_info: { uid: "R:1" }, path: ["artifact:1", "node:c", "artifact:2"] }],
});

function lit(select: Selection, drawn: Drawn) {
  const found = highlightOf(buildScene(FLOW, drawn), FLOW, select);
  return found && { boxes: [...found.boxes].toSorted(), links: [...found.links].toSorted() };
}

describe("the highlight", () => {
  it("falls on everything upstream and downstream of a step, and on nothing beside", () => {
    expect(lit({ kind: "node", id: "b" }, "steps")!.boxes).toEqual(["node:a", "node:b", "node:c", "node:d"]);
    expect(lit({ kind: "node", id: "c" }, "steps")!.boxes).toEqual(["node:a", "node:b", "node:c"]);
  });

  it("runs through the data where data is drawn", () => {
    expect(lit({ kind: "artifact", id: 1 }, "data")!.boxes).toEqual([
      "artifact:0",
      "artifact:1",
      "artifact:2",
      "node:a",
      "node:b",
      "node:c",
    ]);
  });

  it("shows with steps alone who writes and who reads a piece of data", () => {
    expect(lit({ kind: "artifact", id: 1 }, "steps")!.boxes).toEqual(["node:a", "node:b", "node:c"]);
  });

  it("includes the chosen edge itself, and what leads to it and from it", () => {
    const found = lit({ kind: "edge", from: "a", to: "b", via: "ref:Get" }, "steps")!;
    expect(found.boxes).toEqual(["node:a", "node:b", "node:c", "node:d"]);
    expect(found.links).toContain("edge:0");
    expect(found.links).not.toContain("edge:3");
  });

  it("falls on exactly a finding's path", () => {
    const found = lit({ kind: "finding", uid: "R:1" }, "data")!;
    expect(found.boxes).toEqual(["artifact:1", "artifact:2", "node:c"]);
    expect(found.links).toEqual(["read:1:0", "write:2:0"]);
  });

  it("falls on nothing in particular where the selection is gone", () => {
    expect(lit({ kind: "node", id: "gone" }, "steps")).toBeNull();
    expect(lit({ kind: "edge", from: "c", to: "a", via: "ref:Get" }, "steps")).toBeNull();
    expect(lit({ kind: "finding", uid: "gone" }, "steps")).toBeNull();
  });

  it("ends in a cycle too", () => {
    const round = answer({
      nodes: ["a", "b"],
      edges: [
        ["a", "b"],
        ["b", "a"],
      ],
    });
    const found = highlightOf(buildScene(round, "steps"), round, { kind: "node", id: "a" });
    expect(found!.boxes).toEqual(new Set(["node:a", "node:b"]));
  });
});

describe("the selected thing", () => {
  it("is the drawn box or link", () => {
    const scene = buildScene(FLOW, "steps");
    expect(selectedId(scene, { kind: "edge", from: "b", to: "d", via: "dependsOn" })).toBe("edge:2");
    expect(selectedId(scene, { kind: "node", id: "a" })).toBe("node:a");
    expect(selectedId(scene, { kind: "finding", uid: "R:1" })).toBeNull();
  });
});
