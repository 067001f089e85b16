/**
 * Rows as RFC 4180, and what their columns mean as CSV on the Web. Text that a spreadsheet would run as a formula gets an
 * apostrophe before it.
 */
import { stringify } from 'csv-stringify/sync';

export type CellValue = string | number | boolean | null | undefined;

/** @typeParam Args what a cell is made of: an item, and what belongs to it */
export type Column<Args extends readonly unknown[]> = {
  readonly name: string;
  readonly datatype: 'string' | 'integer' | 'number' | 'boolean' | 'date' | 'dateTime' | 'anyURI';
  readonly description: string;
  /** Between the values of a cell that holds several. */
  readonly separator?: ';';
  readonly value: (...args: Args) => CellValue;
};

export type Table<Args extends readonly unknown[]> = {
  /** `claims`: of the file that a program would keep it in. */
  readonly title: string;
  /** Of the answer, relative to the metadata. */
  readonly url: string;
  readonly columns: readonly Column<Args>[];
  /** Columns that tell the rows apart; none where rows may be alike. */
  readonly primaryKey: readonly string[];
  /** A URI template of what a row is about. */
  readonly aboutUrl?: string;
};

export const csvMediaType = 'text/csv; charset=utf-8; header=present';

const options = { record_delimiter: 'windows', cast: { boolean: String } } as const;
/** How a spreadsheet's formula begins, in full width too. Numbers may: they are never text. */
const formula = /^[=+\-@\t\r＝＋－＠]/;

export function csvHead<Args extends readonly unknown[]>({ columns }: Pick<Table<Args>, 'columns'>): string {
  return stringify([columns.map(({ name }) => name)], options);
}

/** A row for each of `rows`. */
export function csvRows<Args extends readonly unknown[]>(
  { columns }: Pick<Table<Args>, 'columns'>,
  rows: readonly Args[],
): string {
  const cells = rows.map((args) => columns.map(({ value }) => asText(value(...args))));
  return stringify(cells, options);
}

function asText(value: CellValue): CellValue {
  return typeof value === 'string' && formula.test(value) ? `'${value}` : value;
}

/** A column whose cells hold several values. */
export function listColumn<Args extends readonly unknown[]>(
  name: string,
  description: string,
  value: (...args: Args) => readonly string[] | undefined,
): Column<Args> {
  return { name, datatype: 'string', separator: ';', description, value: (...args) => several(value(...args)) };
}

/** One cell of several values, each once. */
function several(values: readonly string[] = []): string {
  return [...new Set(values)].map((value) => value.replaceAll(';', ',')).join(';');
}

/** CSV on the Web: what the columns mean, for programs. */
export function describeTable<Args extends readonly unknown[]>(table: Table<Args>): object {
  return {
    '@context': ['http://www.w3.org/ns/csvw', { '@language': 'en' }],
    url: table.url,
    'dc:title': table.title,
    dialect: { header: true, encoding: 'utf-8', delimiter: ',', lineTerminators: ['\r\n'] },
    tableSchema: {
      columns: table.columns.map(({ name, datatype, description, separator }) => ({
        name,
        titles: name,
        'dc:description': description,
        datatype,
        ...(separator && { separator }),
        ...(table.primaryKey.includes(name) && { required: true }),
      })),
      ...(table.primaryKey.length > 0 && { primaryKey: table.primaryKey }),
      ...(table.aboutUrl !== undefined && { aboutUrl: table.aboutUrl }),
    },
  };
}
