/**
 * Vectors for full text, put together from what PostgreSQL said of each piece of text before. Its parser takes a quarter
 * of a row's time, and texts repeat their words. What comes out is `to_tsvector`'s own result, or is left to it.
 */
import { readSql } from '@ledgerline/database';
import { createRecentValues, englishConfig, type RecentValues } from '@ledgerline/events';
import type { ViewTransaction } from '@ledgerline/projection';

/** Folded text and the configuration it is searched by besides English; or the vector that was made of it before. */
export type Searchable = {
  readonly search_config: string;
  readonly searched: string | Buffer;
};

/** What stands between two spaces: the parser begins anew at each of them, but within what may be a tag. */
type Piece = { readonly lexemes: readonly Lexeme[]; readonly span: number };
type Lexeme = { readonly text: string; readonly place: number };
/** A text by one configuration. What has not been seen lately is undefined until it is read. */
type Part = { readonly config: string; readonly texts: readonly string[]; readonly pieces: (Piece | undefined)[] };

const makeVectorsSql = readSql(new URL('./sql/make-vectors.sql', import.meta.url));
const readLexemesSql = readSql(new URL('./sql/read-lexemes.sql', import.meta.url));
const rememberedPieces = 20_000;
/** Addresses and the like are seldom seen twice. */
const maxRememberedLength = 40;
/** Of a lexeme, more are cut off: by `to_tsvector` one earlier than by the vector's own input. */
const maxPlaces = 255;
/** Behind it places are cut down to it. */
const lastPlace = 16_383;
/** With a digit in it no configuration changes it, or leaves it out. */
const marker = 'qzq7x';
/** Neither is a number changed, and no two texts have the same ones. */
const wholeNumber = /^[0-9]{1,9}$/;

const remembered = new Map<string, RecentValues<Piece>>();

/** Of each row, in PostgreSQL's binary form. At most one query a configuration, and one for the texts left to PostgreSQL. */
export async function makeVectors(tx: ViewTransaction, rows: readonly Searchable[]): Promise<Buffer[]> {
  const parts = rows.map(toParts);
  await fillGaps(tx, parts.flat());
  const vectors = rows.map(({ searched }, at) => (Buffer.isBuffer(searched) ? searched : toVector(parts[at] ?? [])));
  return await fillWhole(tx, rows, vectors);
}

/** None where the text is better left to PostgreSQL, or is a vector already. */
function toParts({ search_config: config, searched: text }: Searchable): Part[] {
  if (typeof text !== 'string' || text.includes('<')) return [];
  const texts = text.split(/[ \n\t]+/);
  return (config === englishConfig ? [config] : [englishConfig, config]).map((one) => {
    const known = rememberedOf(one);
    return { config: one, texts, pieces: texts.map((piece) => known.get(piece) ?? numberOf(piece)) };
  });
}

/** The vectors that could not be put together are PostgreSQL's of the whole text. */
async function fillWhole(
  tx: ViewTransaction,
  rows: readonly Searchable[],
  vectors: readonly (Buffer | null)[],
): Promise<Buffer[]> {
  const left = rows.filter((_, at) => vectors[at] === null);
  if (left.length === 0) return vectors as Buffer[];
  const made = await tx.query<{ vector: Buffer }>({
    name: 'make-vectors',
    text: makeVectorsSql,
    values: [left.map((row) => row.search_config), left.map((row) => row.searched)],
  });
  let next = 0;
  return vectors.map((vector) => vector ?? (made[next++] as { vector: Buffer }).vector);
}

function numberOf(text: string): Piece | undefined {
  return wholeNumber.test(text) ? { lexemes: [{ text, place: 1 }], span: 1 } : undefined;
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

/** null where it is better left to PostgreSQL. */
function toVector(parts: readonly Part[]): Buffer | null {
  if (parts.length === 0) return null;
  const placesOf = new Map<string, number[]>();
  let bytes = 4;
  let places = 0;
  /** As `||` has it: the second vector follows the last place of the first. */
  let last = 0;
  for (const { pieces } of parts) {
    let before = last;
    for (const piece of pieces) {
      if (piece === undefined) return null;
      for (const lexeme of piece.lexemes) {
        const place = before + lexeme.place;
        const known = placesOf.get(lexeme.text);
        if (known === undefined) {
          placesOf.set(lexeme.text, [place]);
          bytes += lexeme.text.length * 3 + 5;
        } else {
          known.push(place);
          bytes += 2;
        }
        if (place > last) last = place;
        places += 1;
      }
      before += piece.span;
    }
  }
  return places > maxPlaces || last > lastPlace ? null : writeVector(placesOf, bytes);
}

function writeVector(placesOf: ReadonlyMap<string, readonly number[]>, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  let at = buffer.writeInt32BE(placesOf.size, 0);
  for (const [lexeme, places] of placesOf) {
    at += buffer.write(lexeme, at);
    buffer[at++] = 0;
    at = buffer.writeInt16BE(places.length, at);
    for (const place of places) at = buffer.writeInt16BE(place, at);
  }
  return buffer.subarray(0, at);
}

async function readPieces(tx: ViewTransaction, config: string, pieces: readonly string[]): Promise<Map<string, Piece>> {
  type Row = { readonly piece: string; readonly lexemes: readonly (readonly [string, readonly number[]])[] };
  const rows = await tx.query<Row>({ name: 'read-lexemes', text: readLexemesSql, values: [config, pieces, marker] });
  return new Map(rows.map(({ piece, lexemes }) => [piece, toPiece(lexemes)]));
}

function toPiece(entries: readonly (readonly [lexeme: string, places: readonly number[]])[]): Piece {
  const end = entries.find(([lexeme]) => lexeme === marker)?.[1].at(-1) ?? 0;
  const lexemes = entries.flatMap(([lexeme, places]) => {
    return places.filter((place) => place !== end).map((place) => ({ text: lexeme, place }));
  });
  return { lexemes, span: end - 1 };
}
