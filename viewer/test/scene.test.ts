import { describe, expect, it } from "vitest";
import { buildScene } from "../src/layout/scene";
import { untakenSteps } from "../src/model/branches";
import { answer, EXECUTED, ran } from "./answers";

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

const BRANCHED = [
  ["check", "yes", "branch:if"],
  ["check", "no", "branch:else"],
  ["no", "deep", "branch:if"],
] as [string, string, string][];

describe("a branch not taken", () => {
  const untaken = (nodes: Parameters<typeof answer>[0]["nodes"], execution: typeof EXECUTED | null = EXECUTED) =>
    [...untakenSteps(answer({ nodes, edges: BRANCHED, execution }))].toSorted();

  it("is what the condition's outcome leaves out, with all that hangs in it", () => {
    expect(untaken([ran("check", "Succeeded", { outcome: "True" }), ran("yes"), "no", "deep"])).toEqual(["deep", "no"]);
    expect(untaken([ran("check", "Succeeded", { outcome: "False" }), "yes", ran("no"), ran("deep")])).toEqual(["yes"]);
  });

  it("is what the service says", () => {
    expect(untaken([ran("check"), { id: "yes", type: "Fail", branchTaken: false }, "no", "deep"])).toEqual(["yes"]);
  });

  it("is inferred from the other branch where no outcome is known", () => {
    expect(untaken([ran("check"), ran("yes"), "no", "deep"])).toEqual(["deep", "no"]);
  });

  it("is no branch that was merely not reached", () => {
    expect(untaken([ran("check", "Executing"), "yes", "no", "deep"])).toEqual([]);
    expect(untaken([ran("check", "Failed"), "yes", "no", "deep"])).toEqual([]);
    expect(untaken(["check", "yes", "no", "deep"])).toEqual([]);
  });

  it("is never said without an execution", () => {
    expect(untaken(["check", "yes", "no", "deep"], null)).toEqual([]);
  });
});
