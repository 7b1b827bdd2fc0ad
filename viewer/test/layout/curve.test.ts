import { describe, expect, it } from "vitest";
import { curve } from "../../src/layout/curve";

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
