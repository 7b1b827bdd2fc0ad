import { useState } from "react";
import { download, fileName } from "../export/files";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { IconName } from "../icons/paths";
import { usePopover } from "../ui/usePopover";

/** One file that can be made of what is shown. */
export interface ExportItem {
  icon: IconName;
  label: string;
  /** The file name's ending, which names the kind too. */
  ending: string;
  /** null: not yet. */
  make: (() => Blob | Promise<Blob>) | null;
}

export function ExportMenu({ name, items }: { name: string; items: readonly ExportItem[] }) {
  const { t } = useWords();
  const { open, setOpen, root } = usePopover();
  const [problem, setProblem] = useState<string | null>(null);
  const save = async ({ make, ending }: ExportItem) => {
    try {
      if (make) download(await make(), fileName(name, ending));
      setProblem(null);
      setOpen(false);
    } catch (error) {
      setProblem(t("option.exportFailed", { reason: error instanceof Error ? error.message : String(error) }));
    }
  };
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
          {items.map((item) => (
            <button
              key={item.ending}
              type="button"
              className="menu-item"
              data-export={item.ending}
              disabled={item.make === null}
              onClick={() => void save(item)}
            >
              <Icon name={item.icon} /> {item.label}
            </button>
          ))}
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
