/** Content types and encodings as strictly as RFC 9110 has them: what can't be parsed is not taken for something else. */
import { type Problem, problem } from '../problems/problem.ts';

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = String.raw`"(?:[\t \x21\x23-\x5b\x5d-\x7e]|\\[\t\x20-\x7e])*"`;
/** White space before a parameter belongs to it, so that there is one way to match and no backtracking to exploit. */
const MEDIA_TYPE = new RegExp(`^(${TOKEN}/${TOKEN})((?:[ \\t]*;(?:[ \\t]*${TOKEN}=(?:${TOKEN}|${QUOTED}))?)*)$`);
const PARAMETER = new RegExp(`;[ \\t]*(${TOKEN})=(${TOKEN}|${QUOTED})`, 'g');

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The media type in lower case, or the problem to answer with: none given, malformed, a charset other than UTF-8,
 * or any content encoding. Parameters other than charset are passed over.
 */
export function readMediaType(headers: Headers): string | Problem {
  const header = headers['content-type'];
  if (typeof header !== 'string') return problem('unsupported-media-type', 'There is no Content-Type header.');
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && String(encoding).toLowerCase() !== 'identity') {
    return problem('unsupported-encoding', 'Bodies are taken without Content-Encoding.', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  const match = MEDIA_TYPE.exec(header.trim());
  if (!match?.[1]) return problem('unsupported-media-type', 'The Content-Type header is malformed.');
  for (const [, name, value] of (match[2] ?? '').matchAll(PARAMETER)) {
    if (name?.toLowerCase() !== 'charset') continue;
    if (!/^"?utf-?8"?$/i.test(value ?? '')) return problem('unsupported-encoding', 'The charset must be UTF-8.');
  }
  return match[1].toLowerCase();
}
