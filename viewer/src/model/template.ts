/** Templates: locations that are not wholly known yet, with `${…}` for each piece that only a run fills in. */

export interface Piece {
  text: string;
  /** Whether it is a `${…}`, which only a run fills in. */
  open: boolean;
}

/** A `${` that is never closed is plain text. */
const OPEN = /\$\{[^{}]*\}/g;

export function piecesOf(uri: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of uri.matchAll(OPEN)) {
    if (match.index > from) pieces.push({ text: uri.slice(from, match.index), open: false });
    pieces.push({ text: match[0], open: true });
    from = match.index + match[0].length;
  }
  if (from < uri.length) pieces.push({ text: uri.slice(from), open: false });
  return pieces;
}

export function isTemplate(uri: string): boolean {
  return piecesOf(uri).some(({ open }) => open);
}

/** The text before the first open piece: as far as the location is known. */
export function knownPart(uri: string): string {
  const [first] = piecesOf(uri);
  return first && !first.open ? first.text : "";
}

/** Split at slashes, but not at those within a `${…}`. */
export function segmentsOf(uri: string): string[] {
  return uri.match(/(?:\$\{[^{}]*\}|[^/])+|(?<=\/|^)(?=\/|$)/g) ?? [""];
}
