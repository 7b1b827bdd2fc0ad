import { describe, expect, it } from "vitest";
import { neighbour } from "../../src/graph/keyboard";
import { place } from "../../src/layout/place";
import { buildScene } from "../../src/layout/scene";
import { layoutRequest } from "../../src/layout/useLayout";
import { answer } from "../answers";

const ROOM = { width: 1000, height: 700 };

describe("the arrow keys", () => {
  const fan = answer({
    nodes: ["a", "b", "c"],
    edges: [
      ["a", "b"],
      ["a", "c"],
    ],
  });
  const scene = buildScene(fan, "steps");
  const layout = place(layoutRequest(scene, "LR", ROOM));

  it("follow the flow, and step aside across it", () => {
    const first = neighbour(scene, layout, "LR", "node:a", "ArrowRight")!;
    expect(["node:b", "node:c"]).toContain(first);
    expect(neighbour(scene, layout, "LR", first, "ArrowLeft")).toBe("node:a");
    const [upper, lower] = ["node:b", "node:c"].toSorted(
      (one, other) => layout.places.get(one)!.y - layout.places.get(other)!.y,
    );
    expect(neighbour(scene, layout, "LR", upper!, "ArrowDown")).toBe(lower);
    expect(neighbour(scene, layout, "LR", lower!, "ArrowUp")).toBe(upper);
  });

  it("stay where there is nothing further", () => {
    expect(neighbour(scene, layout, "LR", "node:a", "ArrowLeft")).toBeNull();
  });
});
