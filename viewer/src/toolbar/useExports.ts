import type { Json } from "../api/types";
import { palette, svgToPng } from "../export/files";
import { toMermaid } from "../export/mermaid";
import { toSvg, type DrawnBox } from "../export/svg";
import { useWords } from "../i18n/words";
import type { Layout } from "../layout/place";
import type { SceneLink } from "../layout/scene";
import type { ExportItem } from "./ExportMenu";

interface Shown {
  title: string;
  /** What is drawn; null where nothing is yet. */
  layout: Layout | null;
  boxes: () => DrawnBox[];
  links: readonly SceneLink[];
  /** The table beside the graph, where there is one. */
  csv?: () => string;
  raw: Json;
}

/** The files that a view of a graph can be saved as: picture, table, diagram and the answer itself. */
export function useExports({ title, layout, boxes, links, csv, raw }: Shown): ExportItem[] {
  const { t } = useWords();
  const labels = { if: t("branch.if"), else: t("branch.else") };
  const svg = layout && (() => toSvg({ boxes: boxes(), links, layout, palette: palette(), title, labels }));
  const text = (content: string, type: string) => new Blob([content], { type });
  return [
    {
      icon: "lineage",
      label: t("option.exportSvg"),
      ending: "svg",
      make: svg && (() => text(svg(), "image/svg+xml")),
    },
    { icon: "lineage", label: t("option.exportPng"), ending: "png", make: svg && (() => svgToPng(svg())) },
    ...(csv
      ? [{ icon: "list" as const, label: t("option.exportCsv"), ending: "csv", make: () => text(csv(), "text/csv") }]
      : []),
    {
      icon: "code",
      label: t("option.exportMermaid"),
      ending: "mmd",
      make: () => text(toMermaid(boxes(), links), "text/plain"),
    },
    {
      icon: "code",
      label: t("option.exportJson"),
      ending: "json",
      make: () => text(JSON.stringify(raw, null, 2), "application/json"),
    },
  ];
}
