/** The graph as an SVG document of its own: attributes only, no style, no markup from any name. */

import { PATHS, SHIELD_ICONS, stepIcon, type IconName } from "../icons/paths";
import { curve, type Rectangle } from "../layout/curve";
import type { Layout } from "../layout/place";
import type { Box, SceneBox, SceneLink, Via } from "../layout/scene";
import { shortUri } from "../model/search";
import { shieldOf } from "../model/shield";
import { toneOf } from "../model/status";
import { isTemplate } from "../model/template";
import { LINK_COLOURS } from "../theme/linkColours";

export const COLOURS = [
  "canvas",
  "surface",
  "ink",
  "muted",
  "line",
  "edge-flow",
  "edge-order",
  "edge-if",
  "edge-else",
  "edge-loop",
  "edge-data",
  "ok",
  "bad",
  "running",
  "warn",
  "idle",
  "green",
  "amber",
  "red",
  "grey",
] as const;
export type Palette = Record<(typeof COLOURS)[number], string>;

const DASHES: Partial<Record<Via, string>> = {
  dependsOn: "5 4",
  artifact: "2 4",
  forEach: "8 3 2 3",
  read: "",
  other: "2 3",
};

/** XML allows no control characters; what is left is escaped, quotes too. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

type Attributes = Record<string, string | number>;

function tag(name: string, attributes: Attributes, content = ""): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  return content ? `<${name}${list.join("")}>${content}</${name}>` : `<${name}${list.join("")}/>`;
}

function words(x: number, y: number, size: number, fill: string, text: string, bold = false): string {
  const weight: Attributes = bold ? { "font-weight": 600 } : {};
  return tag("text", { x, y, "font-size": size, fill, ...weight }, escapeXml(text));
}

/** Characters that fit, wide ones (Hangul, Han, Kana) counted double: an SVG text has no ellipsis of its own. */
export function fitted(text: string, room: number): string {
  let used = 0;
  let kept = "";
  for (const character of text) {
    used += /[\u1100-\u11FF\u2E80-\u9FFF\uAC00-\uD7FF\uF900-\uFAFF\uFF00-\uFF60]/.test(character) ? 2 : 1;
    if (used > room) return `${kept}…`;
    kept += character;
  }
  return text;
}

function icon(name: IconName, x: number, y: number, size: number, stroke: string): string {
  const scale = size / 24;
  return tag(
    "g",
    {
      transform: `translate(${x} ${y}) scale(${scale})`,
      fill: "none",
      stroke,
      "stroke-width": 1.8,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    },
    PATHS[name].map((d) => tag("path", { d })).join(""),
  );
}

/** A box as it is drawn, of whatever graph it is. */
export interface DrawnBox extends Box {
  icon: IconName;
  colour: keyof Palette;
  /** A step is a card, a place a pill. */
  pill: boolean;
  /** A template, or something that is there no more. */
  dashed?: boolean;
  faded?: boolean;
  title: string;
  subtitle: string;
}

export function lineageBox(box: SceneBox): DrawnBox {
  const { id, width, height, untaken: faded } = box;
  if (box.artifact) {
    const { uri, bucket } = box.artifact;
    const { shield } = shieldOf(box.artifact);
    const words = { title: shortUri(uri), subtitle: bucket ?? uri };
    return {
      id,
      width,
      height,
      icon: SHIELD_ICONS[shield],
      colour: shield,
      pill: true,
      dashed: isTemplate(uri),
      faded,
      ...words,
    };
  }
  const step = box.step!;
  const words = { title: step.label, subtitle: `${step.type}${step.run ? ` · ${step.run.status}` : ""}` };
  return {
    id,
    width,
    height,
    icon: stepIcon(step.type),
    colour: toneOf(step.run?.status),
    pill: false,
    faded,
    ...words,
  };
}

function shape(box: DrawnBox, palette: Palette): string {
  const { width, height, pill } = box;
  const colour = palette[box.colour];
  const middle = height / 2;
  return [
    tag("title", {}, escapeXml(`${box.title}\n${box.subtitle}`)), // whole, where the picture has to cut
    tag("rect", {
      width,
      height,
      rx: pill ? middle : 9,
      fill: palette.surface,
      stroke: pill ? palette.line : colour,
      "stroke-width": pill ? 1.2 : 1.5,
      ...(box.dashed ? { "stroke-dasharray": "5 3" } : {}),
    }),
    pill
      ? ""
      : tag("rect", { x: 10, y: middle - 18, width: 36, height: 36, rx: 8, fill: colour, "fill-opacity": 0.14 }),
    icon(box.icon, pill ? 13 : 18, middle - (pill ? 11 : 10), pill ? 22 : 20, colour),
    words(pill ? 44 : 56, middle - (pill ? 3 : 2), pill ? 12 : 13, palette.ink, fitted(box.title, 20), true),
    words(
      pill ? 44 : 56,
      middle + (pill ? 12 : 16),
      pill ? 10 : 11,
      palette.muted,
      fitted(box.subtitle, pill ? 26 : 28),
    ),
  ].join("");
}

export interface Drawing {
  boxes: readonly DrawnBox[];
  links: readonly SceneLink[];
  layout: Layout;
  palette: Palette;
  title: string;
  labels: { if: string; else: string };
}

function linkShape(link: SceneLink, boxes: Map<string, Rectangle>, drawing: Drawing): string {
  const [from, to] = [boxes.get(link.source), boxes.get(link.target)];
  if (!from || !to) return "";
  const course = curve(
    from,
    to,
    drawing.layout.bends.get(link.id) ?? [],
    drawing.layout.direction,
    link.lane,
    link.lanes,
  );
  const colour = LINK_COLOURS[link.via];
  const dash = DASHES[link.via];
  const shape = tag("path", {
    d: course.path,
    fill: "none",
    stroke: drawing.palette[colour],
    "stroke-width": 1.6,
    "marker-end": `url(#tip-${colour})`,
    "data-via": link.word,
    ...(dash ? { "stroke-dasharray": dash } : {}),
  });
  const branch = link.via === "branch:if" ? drawing.labels.if : link.via === "branch:else" ? drawing.labels.else : "";
  const label = branch
    ? words(course.middle.x - 8, course.middle.y - 5, 11, drawing.palette[colour], branch, true)
    : "";
  return tag("g", { opacity: link.untaken ? 0.4 : 1 }, shape + label);
}

function tips(palette: Palette): string {
  const colours = [...new Set(Object.values(LINK_COLOURS))];
  const markers = colours.map((colour) =>
    tag(
      "marker",
      {
        id: `tip-${colour}`,
        viewBox: "0 0 10 10",
        refX: 9,
        refY: 5,
        markerWidth: 7,
        markerHeight: 7,
        orient: "auto",
        markerUnits: "userSpaceOnUse",
      },
      tag("path", { d: "M0 0L10 5L0 10z", fill: palette[colour] }),
    ),
  );
  return tag("defs", {}, markers.join(""));
}

export function toSvg(drawing: Drawing): string {
  const { layout, palette, title } = drawing;
  const boxes = new Map(
    drawing.boxes.flatMap((box) => {
      const at = layout.places.get(box.id);
      return at ? [[box.id, { ...at, width: box.width, height: box.height }] as const] : [];
    }),
  );
  const links = drawing.links.map((link) => linkShape(link, boxes, drawing));
  const shapes = drawing.boxes.flatMap((box) => {
    const at = layout.places.get(box.id);
    const attributes = at && {
      transform: `translate(${at.x} ${at.y})`,
      "data-place": box.id,
      opacity: box.faded ? 0.5 : 1,
    };
    return attributes ? tag("g", attributes, shape(box, palette)) : [];
  });
  const [width, height] = [Math.ceil(layout.width) || 1, Math.ceil(layout.height) || 1];
  return tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "font-family": "system-ui, 'Noto Sans', 'Noto Sans CJK KR', sans-serif",
    },
    [
      tag("title", {}, escapeXml(title)),
      tips(palette),
      tag("rect", { width, height, fill: palette.canvas }),
      ...links,
      ...shapes,
    ].join(""),
  );
}
