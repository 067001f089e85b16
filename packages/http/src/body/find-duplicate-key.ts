/** Names the key that occurs twice, for the refusal's detail. Slow, and only for valid JSON known to have one. */
const STRING = /"(?:[^"\\]|\\.)*"/y;

/** The first key that repeats within its object; null where none does. */
export function findDuplicateKey(text: string): string | null {
  const objects: (Set<string> | null)[] = [];
  let last = '';
  for (let at = 0; at < text.length; ) {
    const char = text[at];
    if (char === '"') {
      STRING.lastIndex = at;
      last = STRING.exec(text)?.[0] ?? '';
      at += Math.max(last.length, 1);
      continue;
    }
    if (char === '{') objects.push(new Set());
    else if (char === '[') objects.push(null);
    else if (char === '}' || char === ']') objects.pop();
    else if (char === ':') {
      const key = JSON.parse(last) as string;
      const keys = objects.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
    at++;
  }
  return null;
}
