/**
 * What became different between two JSON values, field by field, as JSON pointers (RFC 6901). Items of a list are
 * compared by their place. What is not there on one side is null there: no claim holds a null.
 */
export type Difference = { readonly pointer: string; readonly before: unknown; readonly after: unknown };

/** In the order of the fields' names: how an object was written down says nothing. */
export function diffJson(before: unknown, after: unknown, pointer = ''): Difference[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) {
    const places = Array.from({ length: Math.max(before.length, after.length) }, (_, index) => index);
    return places.flatMap((index) => diffJson(before[index], after[index], `${pointer}/${index}`));
  }
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return names.flatMap((name) => diffJson(before[name], after[name], `${pointer}/${escapePointer(name)}`));
  }
  return [{ pointer, before: before ?? null, after: after ?? null }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
