/** A time as text that loses nothing: what a key of a page is made of. @param column of type timestamptz */
export const exactTimeOf = (column: string): string =>
  String.raw`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
