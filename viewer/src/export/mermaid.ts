/** The graph as a Mermaid flowchart; names are text, whatever they hold. */

import type { SceneLink } from "../layout/scene";
import type { DrawnBox } from "./svg";

/** Mermaid's own entity codes for whatever could end a label or begin markup. */
function label(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:/_@=+-]/gu, (mark) => `#${mark.codePointAt(0)};`);
}

export function toMermaid(boxes: readonly DrawnBox[], links: readonly SceneLink[]): string {
  const ids = new Map(boxes.map(({ id }, index) => [id, `n${index}`]));
  const lines = boxes.map(({ id, title, subtitle, pill }) => {
    const text = `"${label(title)}<br/>${label(subtitle)}"`;
    return `  ${ids.get(id)}${pill ? `([${text}])` : `[${text}]`}`;
  });
  const arrows = links.flatMap(({ source, target, word, declared }) => {
    const [from, to] = [ids.get(source), ids.get(target)];
    return from && to ? `  ${from} ${declared ? "-.->" : "-->"}|"${label(word)}"| ${to}` : [];
  });
  return ["flowchart LR", ...lines, ...arrows, ""].join("\n");
}
