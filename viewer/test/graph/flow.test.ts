import { describe, expect, it } from "vitest";
import type { BoxNode } from "../../src/graph/cards";
import { placedLinks, placedNodes, styledLinks, styledNodes } from "../../src/graph/flow";
import { type LayoutRequest, place } from "../../src/layout/place";
import { type SceneBox, buildScene } from "../../src/layout/scene";
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

describe("what React Flow is given", () => {
  const layout = place(request("LR"));
  const boxes = placedNodes<SceneBox, BoxNode>(SCENE, layout, (box) => ({
    type: "step",
    data: { box, badge: null, hasExecution: false },
  }));
  const links = placedLinks(SCENE, layout, (link) => link.word);
  const shown = {
    selected: "node:b",
    matches: new Set(["node:c"]),
    highlight: { boxes: new Set(["node:a", "node:b"]), links: new Set(["edge:0"]) },
  };

  it("has each box once, at its place, with its state as classes", () => {
    const nodes = styledNodes(boxes, shown);
    expect(nodes.map(({ id, className }) => [id, className])).toEqual([
      ["node:a", "lit"],
      ["node:b", "lit chosen"],
      ["node:c", "dim match"],
    ]);
    expect(nodes.map(({ position }) => position)).toEqual(SCENE.boxes.map(({ id }) => layout.places.get(id)));
  });

  it("keeps what a selection does not change, so that nothing else is drawn again", () => {
    expect(styledNodes(boxes, shown).every(({ data }, i) => data === boxes[i]!.data)).toBe(true);
    expect(styledLinks(links, shown).every(({ placed }) => links.includes(placed))).toBe(true);
  });

  it("has each link once, described in words, the lit ones over the others", () => {
    const drawn = styledLinks(links, shown);

    expect(drawn.map(({ placed, className }) => [placed.link.id, placed.name, className])).toEqual([
      ["edge:1", "ref:Get", "dim"],
      ["edge:2", "dependsOn", "dim"],
      ["edge:3", "dependsOn", "dim"],
      ["edge:0", "ref:Get", "lit"],
    ]);
  });
});
