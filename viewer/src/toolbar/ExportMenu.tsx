import { useState } from "react";
import type { Lineage } from "../api/types";
import { download, fileName, palette, svgToPng } from "../export/files";
import { toSvg } from "../export/svg";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/paths";
import type { Layout } from "../layout/place";
import type { Scene } from "../layout/scene";
import { usePopover } from "../ui/usePopover";

interface ExportProps {
  lineage: Lineage;
  scene: Scene;
  layout: Layout | null;
}

export function ExportMenu({ lineage, scene, layout }: ExportProps) {
  const { t } = useWords();
  const { open, setOpen, root } = usePopover();
  const [problem, setProblem] = useState<string | null>(null);
  const name = lineage.pipeline.name;
  const drawing = () =>
    layout &&
    toSvg({
      scene,
      layout,
      palette: palette(),
      title: t("graph.label", { name }),
      labels: { if: t("branch.if"), else: t("branch.else") },
    });

  const save = async (make: () => Blob | null | Promise<Blob>, ending: string) => {
    try {
      const content = await make();
      if (content) download(content, fileName(name, ending));
      setProblem(null);
      setOpen(false);
    } catch (error) {
      setProblem(t("option.exportFailed", { reason: error instanceof Error ? error.message : String(error) }));
    }
  };
  const svg = () => {
    const text = drawing();
    return text === null ? null : new Blob([text], { type: "image/svg+xml" });
  };
  const png = async () => svgToPng(drawing() ?? "");
  const json = () => new Blob([JSON.stringify(lineage.raw, null, 2)], { type: "application/json" });
  const item = (
    icon: IconName,
    label: string,
    ending: string,
    make: () => Blob | null | Promise<Blob>,
    needsLayout: boolean,
  ) => (
    <button
      type="button"
      className="menu-item"
      data-export={ending}
      disabled={needsLayout && !layout}
      onClick={() => void save(make, ending)}
    >
      <Icon name={icon} /> {label}
    </button>
  );
  return (
    <div className="menu" ref={root}>
      <button
        type="button"
        className="control"
        aria-expanded={open}
        aria-label={t("option.export")}
        title={t("option.export")}
        data-menu="export"
        onClick={() => setOpen(!open)}
      >
        <Icon name="download" />
      </button>
      {open && (
        <div className="popover popover-right">
          {item("lineage", t("option.exportSvg"), "svg", svg, true)}
          {item("lineage", t("option.exportPng"), "png", png, true)}
          {item("code", t("option.exportJson"), "json", json, false)}
          {problem && (
            <p role="alert" className="problem">
              {problem}
            </p>
          )}
        </div>
      )}
    </div>
  );
}
