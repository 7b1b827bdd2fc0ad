import { describe, expect, it } from "vitest";
import { toMermaid } from "../../src/export/mermaid";
import { lineageBox } from "../../src/export/svg";
import { buildScene } from "../../src/layout/scene";
import { answer, ran } from "../answers";

describe("the Mermaid diagram", () => {
  it("has every box and link, and names are text in it", () => {
    const hostile = `"]; click n0 "javascript:alert(1)" <script>#quot;\nsubgraph`;
    const scene = buildScene(answer({ nodes: [ran(hostile), "b"], edges: [[hostile, "b", hostile]] }), "steps");

    const lines = toMermaid(scene.boxes.map(lineageBox), scene.links).trim().split("\n");

    expect(lines.length).toBe(4);
    expect(lines[0]).toBe("flowchart LR");
    expect(lines[1]).toMatch(/^ {2}n0\["[^"<>]*<br\/>[^"<>]*"\]$/);
    expect(lines[3]).toMatch(/^ {2}n0 -->\|"[^"<>|]*"\| n1$/);
  });
});
