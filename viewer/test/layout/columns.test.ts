import { describe, expect, it } from "vitest";
import { placeInColumns } from "../../src/layout/columns";
import type { LayoutRequest } from "../../src/layout/place";

const request = (count: number, links: [number, number][], direction: "LR" | "TB" = "LR"): LayoutRequest => ({
  direction,
  room: { width: 1000, height: 700 },
  boxes: Array.from({ length: count }, (_, i) => ({ id: `n${i}`, width: 240, height: 56 })),
  links: links.map(([from, to], i) => ({ id: `l${i}`, source: `n${from}`, target: `n${to}`, weight: 1 })),
});

function overlaps({ places }: ReturnType<typeof placeInColumns>): number {
  const all = [...places.values()];
  return all.filter((a, i) => all.slice(i + 1).some((b) => Math.abs(a.x - b.x) < 240 && Math.abs(a.y - b.y) < 56))
    .length;
}

describe("the plain layout", () => {
  it("puts what follows further on, in either direction", () => {
    const along = placeInColumns(
      request(3, [
        [0, 1],
        [1, 2],
      ]),
    );
    expect(["n0", "n1", "n2"].map((id) => along.places.get(id)!.x)).toEqual([24, 354, 684]);
    const down = placeInColumns(
      request(
        3,
        [
          [0, 1],
          [1, 2],
        ],
        "TB",
      ),
    );
    expect(down.places.get("n2")!.y).toBeGreaterThan(down.places.get("n1")!.y);
  });

  it("wraps a tall rank, lets no two boxes overlap, and takes cycles", () => {
    const fan = Array.from({ length: 300 }, (_, i): [number, number] => [0, i + 1]);
    const layout = placeInColumns(request(301, [...fan, [5, 0], [7, 7], [8, 9], [9, 8]]));
    expect(overlaps(layout)).toBe(0);
    expect(layout.places.size).toBe(301);
    expect(layout.height).toBeLessThan(300 * 56);
    expect([...layout.places.values()].every(({ x, y }) => x >= 0 && y >= 0)).toBe(true);
  });

  it("takes an empty graph, and one of cycles alone", () => {
    expect(placeInColumns(request(0, [])).places.size).toBe(0);
    expect(
      placeInColumns(
        request(2, [
          [0, 1],
          [1, 0],
        ]),
      ).places.size,
    ).toBe(2);
  });
});
