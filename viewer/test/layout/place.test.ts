import { describe, expect, it } from "vitest";
import { type LayoutRequest, place } from "../../src/layout/place";
import { buildScene } from "../../src/layout/scene";
import { layoutRequest } from "../../src/layout/useLayout";
import { answer } from "../answers";

const ROOM = { width: 1000, height: 700 };

const CHAIN = answer({
  nodes: ["a", "b", "c"],
  edges: [
    ["a", "b"],
    ["b", "c"],
    ["a", "c", "dependsOn"],
    ["a", "b", "dependsOn"],
  ],
});

const SCENE = buildScene(CHAIN, "steps");

const request = (direction: LayoutRequest["direction"]) => layoutRequest(SCENE, direction, ROOM);

describe("the layout", () => {
  it("puts each step after those that it follows", () => {
    const across = place(request("LR"));
    const x = ["a", "b", "c"].map((id) => across.places.get(`node:${id}`)!.x);
    expect(x).toEqual(x.toSorted((one, other) => one - other));
    expect(new Set(x).size).toBe(3);
    const down = place(request("TB"));
    const y = ["a", "b", "c"].map((id) => down.places.get(`node:${id}`)!.y);
    expect(new Set(y).size).toBe(3);
    expect(y).toEqual(y.toSorted((one, other) => one - other));
  });

  it("lets no two boxes overlap", () => {
    const wide = answer({
      nodes: Array.from({ length: 40 }, (_, i) => `n${i}`),
      edges: Array.from({ length: 39 }, (_, i) => [`n${Math.floor(i / 3)}`, `n${i + 1}`]),
    });
    const scene = buildScene(wide, "steps");
    const { places } = place(layoutRequest(scene, "LR", ROOM));
    const boxes = scene.boxes.map((box) => ({ ...box, ...places.get(box.id)! }));
    for (const [i, one] of boxes.entries()) {
      for (const other of boxes.slice(i + 1)) {
        const apart =
          one.x + one.width <= other.x ||
          other.x + other.width <= one.x ||
          one.y + one.height <= other.y ||
          other.y + other.height <= one.y;
        expect(apart, `${one.id} ${other.id}`).toBe(true);
      }
    }
  });

  it("turns a long flow downwards where that shows it larger, unless the reader has chosen", () => {
    const long = answer({
      nodes: Array.from({ length: 9 }, (_, i) => `n${i}`),
      edges: Array.from({ length: 8 }, (_, i) => [`n${i}`, `n${i + 1}`]),
    });
    const scene = buildScene(long, "steps");
    expect(place(layoutRequest(scene, null, ROOM)).direction).toBe("TB");
    expect(place(layoutRequest(scene, "LR", ROOM)).direction).toBe("LR");
    expect(place(layoutRequest(scene, null, { width: 5000, height: 300 })).direction).toBe("LR");
  });

  it("takes cycles, loops, lone steps and an empty graph", () => {
    const odd = answer({
      nodes: ["a", "b", "lone", "__proto__"],
      edges: [
        ["a", "b"],
        ["b", "a"],
        ["a", "a"],
        ["__proto__", "a"],
      ],
    });
    const scene = buildScene(odd, "steps");
    const { places } = place(layoutRequest(scene, null, ROOM));
    for (const { id } of scene.boxes) expect(Number.isFinite(places.get(id)!.x)).toBe(true);
    expect(place(layoutRequest({ boxes: [], links: [], flow: [] }, null, ROOM)).places.size).toBe(0);
  });
});
