import { describe, expect, it } from "vitest";
import { isInside, spotOf } from "../../src/graph/viewport";

describe("the place in the middle", () => {
  it("is the same however large the window is", () => {
    expect(spotOf({ x: 100, y: 50, zoom: 0.5 }, 1000, 600)).toEqual({ x: 800, y: 500, zoom: 0.5 });
    expect(spotOf({ x: -100, y: -50, zoom: 0.5 }, 600, 400)).toEqual({ x: 800, y: 500, zoom: 0.5 });
  });

  it("is whole units, and never minus nought", () => {
    expect(spotOf({ x: 500.1, y: 300.1, zoom: 0.33333 }, 1000, 600)).toEqual({ x: 0, y: 0, zoom: 0.333 });
  });
});

describe("a box", () => {
  const box = { x: 100, y: 100, width: 200, height: 50 };

  it.each([
    ["in sight", { x: 0, y: 0, zoom: 1 }, true],
    ["beyond the left", { x: -95, y: 0, zoom: 1 }, false],
    ["beyond the right", { x: 550, y: 0, zoom: 1 }, false],
    ["under what stands over the graph", { x: 0, y: -50, zoom: 1 }, false],
    ["below the bottom", { x: 0, y: 450, zoom: 1 }, false],
    ["too small to be read", { x: 0, y: 200, zoom: 0.3 }, false],
  ])("is %s", (_, viewport, expected) => {
    expect(isInside(box, viewport, 800, 600)).toBe(expected);
  });
});
