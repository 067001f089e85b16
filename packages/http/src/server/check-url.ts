/**
 * The path as sent must name one thing: dot segments, NUL and broken percent-encoding are refused before routing
 * decides, whatever a proxy before us made of them.
 */
import { type Problem, problem } from '../problems/problem.ts';

const SUSPECT = /%|\/\.{1,2}(?:\/|$)|[^\x21-\x7e]/;

/** null where the path is plain. @param url the request target, path and query */
export function checkUrl(url: string): Problem | null {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  if (!SUSPECT.test(path)) return null;
  for (const segment of path.split('/')) {
    let decoded: string;
    try {
      decoded = decodeURIComponent(segment);
    } catch {
      return problem('bad-url', 'A path segment is not percent-encoded UTF-8.');
    }
    if (decoded === '.' || decoded === '..') return problem('bad-url', 'Path segments "." and ".." are refused.');
    if (decoded.includes('\0')) return problem('bad-url', 'A path segment contains NUL.');
  }
  return null;
}

/** Origin-form of an absolute-form target (`GET http://host/path`), which RFC 9112 has servers accept. */
export function toOriginForm(target: string): string {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/[^/?#]*(.*)$/i.exec(target);
  if (!absolute) return target;
  const rest = absolute[1] ?? '';
  return rest.startsWith('/') ? rest : `/${rest}`;
}
