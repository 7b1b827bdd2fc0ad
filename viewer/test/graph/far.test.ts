import type { Node } from "@xyflow/react";
import { describe, expect, it } from "vitest";
import { boxAt, dots, patches, type Look } from "../../src/graph/far";

const node = (id: string, x: number, className = ""): Node =>
  ({ id, position: { x, y: 0 }, width: 240, height: 56, className, data: {} }) as Node;
const ok = (): Look => ({ tone: "tone-ok", badge: null });
const pieces = (d: string) => d.split("M").length - 1;

describe("a graph from afar", () => {
  it("has one shape for all boxes that look alike", () => {
    const drawn = patches([node("a", 0), node("b", 300, "dim"), node("c", 600)], ok);

    expect(drawn.map(({ className, d }) => [className, pieces(d)])).toEqual([
      ["tone-ok", 2],
      ["tone-ok dim", 1],
    ]);
  });

  it("has no shape of hundreds of boxes, and leaves none out", () => {
    const drawn = patches(
      Array.from({ length: 2000 }, (_, i) => node(String(i), 300 * i)),
      ok,
    );

    expect(Math.max(...drawn.map(({ d }) => pieces(d)))).toBeLessThanOrEqual(50);
    expect(drawn.reduce((sum, { d }) => sum + pieces(d), 0)).toBe(2000);
    expect(new Set(drawn.map(({ key }) => key)).size).toBe(drawn.length);
  });

  it("has a dot for each badge alone", () => {
    const badge = ({ id }: Node): Look => ({ tone: "tone-ok", badge: id === "b" ? "severity-High" : null });

    expect(dots([node("a", 0), node("b", 300)], badge).map(({ className }) => className)).toEqual(["severity-High"]);
  });

  it.each([
    [{ x: 310, y: 20 }, "b"],
    [{ x: 270, y: 20 }, undefined],
    [{ x: 10, y: 57 }, undefined],
  ])("knows which box is at %j", (point, expected) => {
    expect(boxAt([node("a", 0), node("b", 300)], point)?.id).toBe(expected);
  });
});
