import { describe, expect, it } from "vitest";
import { curve } from "../src/layout/curve";
import { place, type LayoutRequest } from "../src/layout/place";
import { buildScene } from "../src/layout/scene";
import { layoutRequest } from "../src/layout/useLayout";
import { litEdges, litNodes, placedEdges, placedNodes } from "../src/graph/flow";
import { neighbour } from "../src/graph/keyboard";
import { answer } from "./answers";

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

describe("a link's course", () => {
  const from = { x: 0, y: 0, width: 100, height: 40 };
  const to = { x: 200, y: 60, width: 100, height: 40 };

  it("leads from the source's side to the target's", () => {
    expect(curve(from, to, [], "LR", 0, 1).path).toBe("M100,20C150,20 150,80 200,80");
    expect(curve(from, { ...to, y: 100 }, [], "TB", 0, 1).path).toBe("M50,40C50,70 250,70 250,100");
  });

  it("keeps parallel links apart", () => {
    const paths = [0, 1, 2].map((lane) => curve(from, to, [], "LR", lane, 3).path);
    expect(new Set(paths).size).toBe(3);
  });
});

describe("what React Flow is given", () => {
  const layout = place(request("LR"));
  const boxes = placedNodes(SCENE, layout, new Map(), false);
  const links = placedEdges(SCENE, layout, (link) => link.word);
  const shown = {
    selected: "node:b",
    matches: new Set(["node:c"]),
    light: { places: new Set(["node:a", "node:b"]), links: new Set(["edge:0"]) },
  };

  it("has each box once, at its place, with its state as classes", () => {
    const nodes = litNodes(boxes, shown);
    expect(nodes.map(({ id, className }) => [id, className])).toEqual([
      ["node:a", "lit"],
      ["node:b", "lit chosen"],
      ["node:c", "dim match"],
    ]);
    expect(nodes.map(({ position }) => position)).toEqual(SCENE.boxes.map(({ id }) => layout.places.get(id)));
  });

  it("keeps what a selection does not change, so that nothing else is drawn again", () => {
    expect(litNodes(boxes, shown).every(({ data }, i) => data === boxes[i]!.data)).toBe(true);
    expect(litEdges(links, shown).every(({ data }, i) => data === links[i]!.data)).toBe(true);
  });

  it("has each link once, described in words", () => {
    expect(litEdges(links, shown).map(({ id, ariaLabel, className }) => [id, ariaLabel, className])).toEqual([
      ["edge:0", "ref:Get", "lit"],
      ["edge:1", "ref:Get", "dim"],
      ["edge:2", "dependsOn", "dim"],
      ["edge:3", "dependsOn", "dim"],
    ]);
  });
});

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
