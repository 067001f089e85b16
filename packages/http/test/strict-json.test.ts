import fc from 'fast-check';
import t from 'tap';
import { fitsDouble } from '../src/body/fits-double.ts';
import { parseStrictJson, STRICT_JSON_LIMITS } from '../src/body/strict-json.ts';

const parse = (text: string) => parseStrictJson(Buffer.from(text));

t.test('any value that JSON.stringify writes is read as JSON.parse reads it', async () => {
  fc.assert(
    fc.property(
      // Harmless keys, strings that PostgreSQL can hold, integers up to 2^53: all else is refused, see below.
      fc.json({ maxDepth: 6, stringUnit: 'grapheme' }).filter((text) => !/__proto__|\\u0000|prototype/.test(text)),
      fc.constantFrom(undefined, 2),
      (text, indent) => {
        const value: unknown = JSON.parse(text, (_key, item: unknown) =>
          typeof item === 'number' && Math.abs(item) > 2 ** 53 ? item / 1e300 : item,
        );
        const parsed = parse(JSON.stringify(value, null, indent));
        if (!parsed.ok) throw new Error(parsed.detail);
        return JSON.stringify(parsed.value) === JSON.stringify(value);
      },
    ),
    { numRuns: 2_000 },
  );
});

t.test('whatever is accepted is what JSON.parse gives, whatever JSON.parse refuses is refused', async () => {
  const fragments = ['{', '}', '[', ']', ':', ',', '"a"', '"', '\\', '\\u0041', '1', '-', '.5', 'e3', '1e400', ' '];
  const literals = ['true', 'null', '"\\ud83d\\ude00"', '"\\ud83d"', '00', '"é"', '\n'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...fragments, ...literals), { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      const parsed = parse(text);
      let plain: unknown;
      try {
        plain = JSON.parse(text);
      } catch {
        return !parsed.ok;
      }
      return !parsed.ok || JSON.stringify(parsed.value) === JSON.stringify(plain);
    }),
    { numRuns: 20_000 },
  );
});

t.test('arbitrary bytes never throw', async () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      (bytes) => typeof parseStrictJson(Buffer.from(bytes)).ok === 'boolean',
    ),
  );
});

const refused: Record<string, string | Buffer> = {
  'an empty text': '',
  'white space alone': ' \n',
  'an opening brace': '{',
  'a trailing comma': '{"a":1,}',
  'a trailing comma in an array': '[1,]',
  NaN: 'NaN',
  'a comment': '{"a":1}//',
  'trailing garbage': '{"a":1} x',
  'two values': '{}{}',
  'a single quote': "{'a':1}",
  'a raw line break in a string': '"a\nb"',
  'a byte order mark': '\ufeff{}',
  'invalid UTF-8': Buffer.from([0x22, 0xff, 0x22]),
  'an overlong form': Buffer.from([0x22, 0xc0, 0xa0, 0x22]),
  'an encoded surrogate': Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  'UTF-16': Buffer.from('\ufeff{"a":1}', 'utf16le'),
  'a duplicate key': '{"a":1,"a":1}',
  'a duplicate key behind an escape': '{"a":1,"\\u0061":2}',
  'a duplicate key deep inside': '[{"b":{"a":{},"c":[1,{"x":1,"y":2,"x":3}]}}]',
  'a duplicate key that hides an object': '{"a":{"x":1,"y":2},"a":1}',
  'a duplicate empty key': '{"":1,"":2}',
  __proto__: '{"__proto__":{}}',
  '__proto__ behind an escape': '{"a":{"__pr\\u006fto__":1}}',
  'constructor.prototype': '{"constructor":{"prototype":{}}}',
  '1e400': '1e400',
  '-1e400': '{"a":-1e400}',
  '1e-400, which would be 0': '1e-400',
  '2^53+1': '9007199254740993',
  'an integer beyond 2^53 that a double holds': '9007199254740994',
  'a hundred digits': '1'.repeat(100),
  'a decimal with more digits than a double has': '0.1000000000000000055',
  'NUL by escape': '{"a":"x\\u0000"}',
  'NUL by escape in a key': '{"\\u0000":1}',
  'a high surrogate alone': '"\\ud83d"',
  'a high surrogate before a letter': '"\\ud83dx"',
  'a high surrogate before another escape': '"\\ud83d\\n"',
  'a low surrogate alone': '"\\ude00"',
  'two high surrogates': '"\\ud83d\\ud83d\\ude00"',
  'a depth of 33': `${'['.repeat(33)}${']'.repeat(33)}`,
  'a depth of 100,000': '['.repeat(100_000),
  '1,001 keys in one object': JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`k${i}`, i]))),
};

t.test('refused, each with a sentence that says why', async (t) => {
  for (const [name, text] of Object.entries(refused)) {
    const parsed = parseStrictJson(Buffer.from(text as string));
    t.notOk(parsed.ok, name);
    t.match(parsed.ok ? '' : parsed.detail, /^[A-Z].*\.$/s, name);
  }
});

const accepted: Record<string, unknown> = {
  '9007199254740991': 2 ** 53 - 1,
  '-9007199254740991': -(2 ** 53) + 1,
  '9007199254740992': 2 ** 53,
  '1.10': 1.1,
  '1e3': 1000,
  '1E+22': 1e22,
  '0.1': 0.1,
  '-0.0': -0,
  '0e999': 0,
  '123456789.123456': 123456789.123456,
  '2.2250738585072014e-308': 2.2250738585072014e-308,
  '"\\ud83d\\ude00"': '😀',
  '"\\\\u0000"': '\\u0000',
  '{"constructor":1,"prototype":{}}': { constructor: 1, prototype: {} },
  '{"a":{"x":1},"b":{"x":1}}': { a: { x: 1 }, b: { x: 1 } },
  '"{[\\"]}:,"': '{["]}:,',
};

t.test('accepted as written', async (t) => {
  for (const [text, value] of Object.entries(accepted))
    t.strictSame(parse(text), { ok: true, value, text, elements: [] }, text);
  t.ok(parse(`${'['.repeat(32)}${']'.repeat(32)}`).ok, 'a depth of 32');
  t.ok(
    parse(JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i])))).ok,
    '1,000 keys',
  );
});

t.test('a number fits where its shortest decimal is the one written', async () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (value) => fitsDouble(JSON.stringify(value)) || Math.abs(value) > 2 ** 53,
    ),
  );
  fc.assert(
    fc.property(
      fc.maxSafeInteger(),
      (value) => fitsDouble(String(value)) && fitsDouble(`${value}.0`) && fitsDouble(`${value}e0`),
    ),
  );
  fc.assert(fc.property(fc.bigInt({ min: 2n ** 53n + 1n }), (value) => !fitsDouble(String(value))));
});

t.test('the duplicate key is named', async (t) => {
  const parsed = parse('{"x":{"a":1},"y":[{"b":1,"\\u0062":2}]}');
  t.match(parsed.ok ? '' : parsed.detail, /"b"/);
});

t.test('the spans of a batch cover its elements, each with its own depth', async (t) => {
  const limits = { ...STRICT_JSON_LIMITS, elements: true };
  const spans = (text: string) => {
    const bytes = Buffer.from(text);
    const parsed = parseStrictJson(bytes, limits);
    return parsed.ok ? parsed.elements.map(({ start, end }) => bytes.toString('utf8', start, end)) : parsed.detail;
  };
  t.same(spans(' [ ]'), []);
  t.same(spans('[ {"é":[1,2]} ,\n[3] , 5,"a,b"\t]'), ['{"é":[1,2]}', '[3]', '5', '"a,b"']);
  t.same(spans('{"a":[1]}'), []);
  const deep = `${'['.repeat(32)}${']'.repeat(32)}`;
  t.same(spans(`[${deep},${deep}]`), [deep, deep]);
  t.type(spans(`[[${deep}]]`), 'string');
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme-ascii' })), (values) => {
      const texts = values.map((value) => JSON.stringify(value));
      const found = spans(`[${texts.join(' , ')}]`);
      return typeof found === 'string' || JSON.stringify(found) === JSON.stringify(texts);
    }),
  );
});
