/**
 * SQL lives in files, one statement each, and is read once when a module loads.
 */
import { readFileSync } from 'node:fs';

/** The text of an SQL file: `readSql(new URL('./sql/insert-receipts.sql', import.meta.url))`. */
export function readSql(file: URL): string {
  return readFileSync(file, 'utf8').trim();
}
