import t from 'tap';
import { prefersMediaType } from '../src/reading/accept.ts';

const ndjson = 'application/x-ndjson';

t.test('NDJSON is sent to who names it and does not prefer JSON', (t) => {
  for (const accept of [ndjson, `${ndjson}, */*`, `text/html, ${ndjson};q=0.5`, `application/json, ${ndjson}`]) {
    t.equal(prefersMediaType(accept, ndjson), true, accept);
  }
  for (const accept of [undefined, '*/*', 'application/json', `${ndjson};q=0`, `${ndjson};q=0.5, application/json`]) {
    t.equal(prefersMediaType(accept, ndjson), false, String(accept));
  }
  t.end();
});
