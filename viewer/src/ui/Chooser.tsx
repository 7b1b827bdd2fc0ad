import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import { toneOf } from "../model/status";
import { usePopover } from "./usePopover";

export interface Choice {
  id: string;
  title: string;
  subtitle?: string | null;
  status?: string | null;
}

interface ChooserProps {
  name: string;
  label: string;
  shown: string;
  choices: readonly Choice[];
  current: string | null;
  onPick: (id: string) => void;
  /** Lets the reader open what is typed, where the list may not hold everything. */
  exact?: boolean;
  filter?: boolean;
  onOpen?: () => void;
  footer?: ReactNode;
}

/** A button that shows the choice, and a list below it that can be filtered. */
export function Chooser(props: ChooserProps) {
  const { name, label, shown, choices, current, onPick, exact = false, filter = true, onOpen, footer } = props;
  const { t, term } = useWords();
  const { open, setOpen, root } = usePopover();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const listId = useId();

  const wanted = text.trim().toLowerCase();
  const found = choices.filter(({ title, id }) => title.toLowerCase().includes(wanted) || id.toLowerCase() === wanted);
  const typed = text.trim();
  const offersExact = exact && typed !== "" && !choices.some(({ id }) => id === typed);
  const rows: Choice[] = offersExact ? [...found, { id: typed, title: t("choose.openExact", { name: typed }) }] : found;
  const marked = Math.min(active, rows.length - 1);

  const pick = (choice: Choice | undefined) => {
    if (!choice) return;
    setOpen(false);
    onPick(choice.id);
  };
  const toggle = () => {
    if (!open) {
      setText("");
      setActive(
        Math.max(
          0,
          choices.findIndex(({ id }) => id === current),
        ),
      );
      onOpen?.();
    }
    setOpen(!open);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const next = (marked + step + rows.length) % Math.max(1, rows.length);
      setActive(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: "nearest" });
    }
    if (event.key === "Enter") {
      event.preventDefault();
      pick(rows[marked]);
    }
  };

  return (
    <div className={`chooser chooser-${name}`} ref={root}>
      <button
        type="button"
        className="chooser-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        data-chooser={name}
        onClick={toggle}
      >
        <span className="chooser-label">{label}</span>
        <span className="chooser-shown">
          <bdi>{shown}</bdi>
        </span>
        <Icon name="down" size={14} />
      </button>
      {open && (
        <div className="popover" onKeyDown={onKeyDown}>
          <input
            autoFocus
            type="text"
            role="combobox"
            className={filter ? "" : "visually-hidden"}
            aria-expanded="true"
            aria-controls={listId}
            aria-label={label}
            aria-autocomplete="list"
            {...(rows.length > 0 ? { "aria-activedescendant": `${listId}-${marked}` } : {})}
            placeholder={t("choose.filter")}
            value={text}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              setActive(0);
            }}
          />
          <ul id={listId} role="listbox" aria-label={label} hidden={rows.length === 0}>
            {rows.map((choice, index) => (
              <li
                key={`${index}:${choice.id}`}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === marked}
                className={choice.id === current ? "current" : undefined}
                data-choice={choice.id}
                onPointerMove={() => index !== marked && setActive(index)}
                onClick={() => pick(choice)}
              >
                {choice.status && (
                  <span className={`dot tone-${toneOf(choice.status)}`} title={term("status", choice.status)} />
                )}
                <span className="choice-text">
                  <bdi>{choice.title}</bdi>
                  {choice.subtitle && (
                    <small>
                      <bdi>{choice.subtitle}</bdi>
                    </small>
                  )}
                </span>
              </li>
            ))}
          </ul>
          {rows.length === 0 && <p className="muted popover-note">{t("choose.none")}</p>}
          {footer}
        </div>
      )}
    </div>
  );
}
