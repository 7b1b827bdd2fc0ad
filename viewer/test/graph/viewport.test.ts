import { describe, expect, it } from "vitest";
import { areaFor, isInside, spotOf } from "../../src/graph/viewport";

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

describe("the part of the graph that is drawn", () => {
  const view = { x: 0, y: 0, width: 700, height: 700 };
  const area = areaFor(view, null);
  const moved = (by: number) => ({ ...view, x: view.x + by });

  it("reaches beyond what is in sight, and stays while that lies in it", () => {
    expect(area).toEqual({ x: -100, y: -100, width: 900, height: 900 });
    expect(areaFor(moved(99), area)).toBe(area);
    expect(areaFor({ x: 200, y: 200, width: 100, height: 100 }, area)).toBe(area);
  });

  it("moves along when anything else comes into sight", () => {
    expect(areaFor(moved(101), area)).toEqual({ ...area, x: 1 });
    expect(areaFor({ ...view, height: 1400 }, area).height).toBe(1800);
  });
});
