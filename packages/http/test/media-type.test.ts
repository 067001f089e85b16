import t from 'tap';
import { Problem, readMediaType } from '../src/index.ts';

const read = (contentType: string | undefined, encoding?: string) => {
  const result = readMediaType({ 'content-type': contentType, 'content-encoding': encoding });
  return result instanceof Problem ? result.code : result;
};

t.test('media types are read without case and with harmless parameters', async (t) => {
  t.equal(read('application/json'), 'application/json');
  t.equal(read('Application/CloudEvents+JSON; charset=UTF-8'), 'application/cloudevents+json');
  t.equal(read('application/json ;charset="utf-8"; v=1;'), 'application/json');
  t.equal(read('application/json', 'identity'), 'application/json');
});

t.test('what is missing or malformed is no media type', async (t) => {
  for (const header of [
    undefined,
    '',
    'json',
    'application/json garbage',
    'application/json; garbage',
    'application/json, text/plain',
    'a/b/c',
    '/json',
    'application/json; charset',
  ]) {
    t.equal(read(header), 'unsupported-media-type', String(header));
  }
});

t.test('other charsets and any encoding are refused', async (t) => {
  t.equal(read('application/json; charset=utf-16'), 'unsupported-encoding');
  t.equal(read('application/json; charset=iso-8859-1'), 'unsupported-encoding');
  t.equal(read('application/json', 'gzip'), 'unsupported-encoding');
  t.equal(read('application/json', 'identity, gzip'), 'unsupported-encoding');
});

t.test('a hostile header takes no time', async (t) => {
  const before = process.cpuUsage();
  read(`a/b${'  ;  '.repeat(3_000)}!`);
  read(`a/b;x="${String.raw`\"`.repeat(4_000)}`);
  t.ok(process.cpuUsage(before).user < 500_000);
});
