import { useCallback, useId, useRef, useState, type KeyboardEvent } from "react";
import { useWords } from "../i18n/words";
import { Icon } from "../icons/Icon";
import type { Hit } from "../model/search";
import { useKey } from "../state/useKey";

const MOST_SHOWN = 40;

interface SearchProps {
  query: string;
  hits: Hit[];
  onQuery: (query: string) => void;
  onPick: (place: string) => void;
  /** What is searched, in words. */
  label: string;
}

export function SearchBox({ query, hits, onQuery, onPick, label }: SearchProps) {
  const { t } = useWords();
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState(false);
  useKey(
    "/",
    useCallback(() => field.current?.focus(), []),
  );
  const shown = hits.slice(0, MOST_SHOWN);
  const isOpen = open && query.trim() !== "";
  const current = Math.min(active, shown.length - 1);

  const pick = (hit: Hit | undefined) => {
    if (!hit) return;
    setOpen(false);
    onPick(hit.place);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((current + step + shown.length) % Math.max(1, shown.length));
    }
    if (event.key === "Enter") pick(shown[current]);
    if (event.key === "Escape") {
      if (query === "") field.current?.blur();
      onQuery("");
    }
  };

  return (
    <div className="search">
      <Icon name="search" />
      <input
        ref={field}
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(isOpen && shown.length > 0 ? { "aria-activedescendant": `${listId}-${current}` } : {})}
        placeholder={label}
        value={query}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setActive(0);
          setOpen(true);
          onQuery(event.target.value);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      {query === "" ? (
        <kbd aria-hidden="true">/</kbd>
      ) : (
        <span className="search-count" role="status">
          {t("graph.searchResults", { count: hits.length })}
        </span>
      )}
      <ul id={listId} role="listbox" aria-label={label} hidden={!isOpen || shown.length === 0}>
        {shown.map((hit, index) => (
          <li
            key={hit.place}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            onMouseDown={(event) => {
              event.preventDefault();
              pick(hit);
            }}
          >
            <Icon name={hit.icon} size={14} />
            <bdi>{hit.title}</bdi>
            <small>
              <bdi>{hit.subtitle}</bdi>
            </small>
          </li>
        ))}
      </ul>
    </div>
  );
}
