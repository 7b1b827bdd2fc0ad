import { describe, expect, it } from "vitest";
import { buildScene } from "../../src/layout/scene";
import { answer } from "../answers";

describe("the scene", () => {
  it("draws every node and every edge of the answer, parallel ones side by side", () => {
    const scene = buildScene(
      answer({
        nodes: ["a", "b"],
        edges: [
          ["a", "b"],
          ["a", "b", "dependsOn"],
          ["a", "b", "odd"],
        ],
      }),
      "steps",
    );
    expect(scene.boxes.map(({ id }) => id)).toEqual(["node:a", "node:b"]);
    expect(scene.links.map(({ via, word, lane, lanes }) => [via, word, lane, lanes])).toEqual([
      ["ref:Get", "ref:Get", 0, 3],
      ["dependsOn", "dependsOn", 1, 3],
      ["other", "odd", 2, 3],
    ]);
  });

  it("leaves out an edge to a step that is not there", () => {
    expect(
      buildScene(
        answer({
          nodes: ["a"],
          edges: [
            ["a", "gone"],
            ["gone", "a"],
          ],
        }),
        "steps",
      ).links,
    ).toEqual([]);
  });

  it("draws a reference through the data that carries it, and keeps the order that no data carries", () => {
    const lineage = answer({
      nodes: ["a", "b", "c"],
      edges: [
        ["a", "b"],
        ["a", "b", "dependsOn"],
        ["b", "c"],
      ],
      artifacts: [{ uri: "s3://x/y", bucket: "x", producedBy: ["a"], consumedBy: ["b", "gone"] }],
    });
    const scene = buildScene(lineage, "data");
    expect(scene.links.map(({ source, target, via }) => `${source} ${via} ${target}`).toSorted()).toEqual([
      "artifact:0 read node:b",
      "node:a dependsOn node:b",
      "node:a write artifact:0",
      "node:b ref:Get node:c",
    ]);
    expect(scene.flow.map(({ via }) => via).filter((via) => via === "ref:Get")).toHaveLength(2);
  });
});
