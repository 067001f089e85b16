/**
 * Puts a statement together from fixed fragments: whatever a client sent becomes a parameter, never text.
 */
export type StatementValues = {
  /** `$7` for the value; the same value added twice is two parameters. */
  add(value: unknown): string;
  readonly values: readonly unknown[];
};

export function createStatementValues(): StatementValues {
  const values: unknown[] = [];
  return {
    values,
    add(value) {
      values.push(value);
      return `$${values.length}`;
    },
  };
}

/** Puts the parts where the file says a comment holds just its name; throws where a marker is missing or left over. */
export function fillMarkers(sql: string, parts: Readonly<Record<string, string>>): string {
  let text = sql;
  for (const [name, part] of Object.entries(parts)) {
    const marker = `/*${name}*/`;
    if (!text.includes(marker)) throw new Error(`the statement has no marker ${name}`);
    text = text.replaceAll(marker, () => part);
  }
  const left = /\/\*[a-z-]+\*\//.exec(text);
  if (left) throw new Error(`marker ${left[0]} is not filled`);
  return text;
}
