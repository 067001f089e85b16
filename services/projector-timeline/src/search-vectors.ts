/**
 * Vectors for full text, put together from what PostgreSQL said of each piece of text before. Its parser takes a quarter
 * of a row's time, and texts repeat their words. What comes out is `to_tsvector`'s own result, or is left to it.
 */
import { readSql } from '@ledgerline/database';
import { createRecentValues, englishConfig, type RecentValues } from '@ledgerline/events';
import type { Columns, ViewTransaction } from '@ledgerline/projection';

/** Folded text and the configuration it is searched by besides English; or the vector itself, as PostgreSQL writes it. */
export type Searchable = {
  readonly search_config: string;
  readonly search_text: string | null;
  readonly search_vector: string | null;
};

/** As write-batch.sql takes them: where there is no vector, it makes one of the text. */
export const searchColumns: Columns<Searchable> = [
  ['search_config', 'text'],
  ['search_text', 'text'],
  ['search_vector', 'text'],
];

/** What stands between two spaces: the parser begins anew at each of them, but within what may be a tag. */
type Piece = { readonly lexemes: readonly Lexeme[]; readonly span: number };
type Lexeme = { readonly quoted: string; readonly place: number };
/** A text by one configuration. What has not been seen lately is undefined until it is read. */
type Part = { readonly config: string; readonly texts: readonly string[]; readonly pieces: (Piece | undefined)[] };

const readLexemesSql = readSql(new URL('./sql/read-lexemes.sql', import.meta.url));
const rememberedPieces = 20_000;
/** Addresses and the like are seldom seen twice. */
const maxRememberedLength = 40;
/** Of a lexeme, more are cut off: by `to_tsvector` one earlier than by the vector's own input. */
const maxPlaces = 255;
/** With a digit in it no configuration changes it, or leaves it out. */
const marker = 'qzq7x';
/** Neither is a number changed, and no two texts have the same ones. */
const wholeNumber = /^[0-9]{1,9}$/;

const remembered = new Map<string, RecentValues<Piece>>();

/** The same rows, with vectors instead of texts wherever they could be made. At most one query a configuration. */
export async function makeVectors(tx: ViewTransaction, rows: readonly Searchable[]): Promise<Searchable[]> {
  const parts = rows.map(toParts);
  await fillGaps(tx, parts.flat());
  return rows.map((row, at) => {
    const vector = toVector(parts[at] ?? []);
    return vector === null ? row : { search_config: row.search_config, search_text: null, search_vector: vector };
  });
}

/** None where the text is better left to PostgreSQL, or is a vector already. */
function toParts({ search_config: config, search_text: text }: Searchable): Part[] {
  if (text === null || text.includes('<')) return [];
  const texts = text.split(/[ \n\t]+/);
  return (config === englishConfig ? [config] : [englishConfig, config]).map((one) => {
    const known = rememberedOf(one);
    return { config: one, texts, pieces: texts.map((piece) => known.get(piece) ?? numberOf(piece)) };
  });
}

function numberOf(text: string): Piece | undefined {
  return wholeNumber.test(text) ? { lexemes: [{ quoted: ` '${text}':`, place: 1 }], span: 1 } : undefined;
}

async function fillGaps(tx: ViewTransaction, parts: readonly Part[]): Promise<void> {
  const gaps = parts.filter(({ pieces }) => pieces.includes(undefined));
  for (const [config, some] of Map.groupBy(gaps, (part) => part.config)) {
    const missing = some.flatMap(({ texts, pieces }) => texts.filter((_, at) => pieces[at] === undefined));
    const read = await readPieces(tx, config, [...new Set(missing)]);
    for (const { texts, pieces } of some) {
      for (const [at, text] of texts.entries()) pieces[at] ??= read.get(text);
    }
    const known = rememberedOf(config);
    for (const [text, piece] of read) if (text.length <= maxRememberedLength) known.set(text, piece);
  }
}

function rememberedOf(config: string): RecentValues<Piece> {
  const known = remembered.get(config) ?? createRecentValues<Piece>(rememberedPieces);
  remembered.set(config, known);
  return known;
}

function toVector(parts: readonly Part[]): string | null {
  if (parts.length === 0) return null;
  let vector = '';
  let places = 0;
  /** As `||` has it: the second vector follows the last place of the first. */
  let last = 0;
  for (const { pieces } of parts) {
    let before = last;
    for (const piece of pieces) {
      if (piece === undefined) return null;
      for (const { quoted, place } of piece.lexemes) {
        vector += quoted + (before + place);
        if (before + place > last) last = before + place;
        places += 1;
      }
      before += piece.span;
    }
  }
  return places > maxPlaces ? null : vector;
}

async function readPieces(tx: ViewTransaction, config: string, pieces: readonly string[]): Promise<Map<string, Piece>> {
  type Row = { readonly piece: string; readonly lexemes: readonly (readonly [string, readonly number[]])[] };
  const rows = await tx.query<Row>({ name: 'read-lexemes', text: readLexemesSql, values: [config, pieces, marker] });
  return new Map(rows.map(({ piece, lexemes }) => [piece, toPiece(lexemes)]));
}

function toPiece(entries: readonly (readonly [lexeme: string, places: readonly number[]])[]): Piece {
  const end = entries.find(([lexeme]) => lexeme === marker)?.[1].at(-1) ?? 0;
  const lexemes = entries.flatMap(([lexeme, places]) => {
    const quoted = ` '${lexeme.replaceAll(/['\\]/g, '$&$&')}':`;
    return places.filter((place) => place !== end).map((place) => ({ quoted, place }));
  });
  return { lexemes, span: end - 1 };
}
