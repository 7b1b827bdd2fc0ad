import type { ReactNode } from "react";

export function Section({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section className="section">
      <h3>
        {title}
        {count !== undefined && <span className="count">{count}</span>}
      </h3>
      {children}
    </section>
  );
}

export type Row = readonly [label: string, value: ReactNode];

/** Rows without a value are left out. */
export function Facts({ rows }: { rows: readonly (Row | null | false)[] }) {
  const shown = rows.filter((row): row is Row => !!row && row[1] !== null && row[1] !== undefined && row[1] !== false);
  if (shown.length === 0) return null;
  return (
    <dl className="facts">
      {shown.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div className="panel-empty">
      <strong>{title}</strong>
      <p>{hint}</p>
    </div>
  );
}
