import { describe, expect, it } from "vitest";
import { COLOURS, type Palette, escapeXml, fitted, lineageBox, toSvg } from "../../src/export/svg";
import { place } from "../../src/layout/place";
import { buildScene } from "../../src/layout/scene";
import { layoutRequest } from "../../src/layout/useLayout";
import { answer, ran } from "../answers";

const palette = Object.fromEntries(COLOURS.map((name) => [name, "rgb(1, 2, 3)"])) as Palette;

const MARKUP = `"><script>alert(1)</script><a b='&`;

function drawn(lineage: ReturnType<typeof answer>): string {
  const scene = buildScene(lineage, "data");
  const layout = place(layoutRequest(scene, "LR", { width: 1000, height: 700 }));
  return toSvg({
    boxes: scene.boxes.map(lineageBox),
    links: scene.links,
    layout,
    palette,
    title: MARKUP,
    labels: { if: "if", else: "else" },
  });
}

describe("the drawing", () => {
  const svg = drawn(
    answer({
      nodes: [ran(MARKUP), ran("b")],
      edges: [
        [MARKUP, "b", "branch:if"],
        [MARKUP, "b", MARKUP],
      ],
      artifacts: [{ uri: `s3://x/${MARKUP}`, bucket: MARKUP, producedBy: ["b"] }],
    }),
  );

  it("has every box and every link", () => {
    expect(svg.match(/data-place=/g)).toHaveLength(3);
    expect(svg.match(/data-via=/g)).toHaveLength(3);
  });

  it("takes names as text, and needs no style", () => {
    expect(svg).not.toContain("<script");
    expect(svg).not.toContain("style=");
    expect(svg).toContain("&#60;script&#62;");
  });

  it("is well-formed: every tag that opens closes", () => {
    const open: string[] = [];
    for (const [, closing, name, selfClosing] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!selfClosing) open.push(name!);
    }
    expect(open).toEqual([]);
  });
});

describe("text in the drawing", () => {
  it("has no character that XML forbids", () => {
    expect(escapeXml("a\u0000b\u0007\uD800c\uFFFEd<&>'\"😀가")).toBe(
      "a\uFFFDb\uFFFD\uFFFDc\uFFFDd&#60;&#38;&#62;&#39;&#34;😀가",
    );
  });

  it("is cut where it would not fit, wide letters counting double", () => {
    expect(fitted("abcdef", 6)).toBe("abcdef");
    expect(fitted("abcdefg", 6)).toBe("abcdef…");
    expect(fitted("가나다라", 6)).toBe("가나다…");
  });
});
