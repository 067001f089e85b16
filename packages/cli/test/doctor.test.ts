/** What `ledgerline doctor` makes of answers that a healthy system does not give: each finding comes with its fix. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import t, { type Test } from 'tap';
import { jsonLines, run } from './fixture/run.ts';

type Answers = Readonly<Record<string, { readonly status?: number; readonly body?: unknown; readonly date?: string }>>;
type Finding = {
  readonly check: string;
  readonly status: string;
  readonly finding: string;
  readonly fix: string | null;
};

const view = (rest: object) => ({ view: 'timeline', lag: { events: 0, seconds: 0 }, parked: 0, ...rest });
const healthy: Answers = {
  '/health/live': { body: {} },
  '/health/ready': { body: { dependencies: { database: { status: 'up' } } } },
  '/v1/timeline?limit=1': { body: { items: [] } },
  '/v1/admin/views': { body: { items: [view({})] } },
};

async function examined(t: Test, answers: Answers): Promise<{ code: number; findings: Finding[] }> {
  const server = createServer((request, response) => {
    const {
      status = 404,
      body,
      date,
    } = { ...(answers[request.url ?? ''] && { status: 200 }), ...answers[request.url ?? ''] };
    if (date !== undefined) response.setHeader('date', date);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => void server.close());
  const { port } = server.address() as { port: number };
  const { code, out } = await run(['doctor'], { environment: { url: `http://127.0.0.1:${port}` } });
  return { code, findings: jsonLines<Finding>(out) };
}

t.test('a healthy system is well', async (t) => {
  const { code, findings } = await examined(t, healthy);
  t.equal(code, 0);
  t.strictSame([...new Set(findings.map(({ status }) => status))], ['well']);
  t.strictSame(findings.map(({ check }) => check).toSorted(), ['address', 'clock', 'key', 'ready', 'views']);
});

const reason = 'the topic forgets: retention.ms';
const down = { dependencies: { database: { status: 'up' }, log: { status: 'down', reason } } };
const cases: readonly (readonly [
  what: string,
  answers: Answers,
  code: number,
  found: Partial<Record<keyof Finding, RegExp | string>>,
])[] = [
  ['another server', { '/health/live': { status: 404 } }, 69, { check: 'address', finding: /not Ledgerline/ }],
  ['a name that is not loopback', { '/health/live': { status: 421 } }, 69, { check: 'address', fix: /127\.0\.0\.1/ }],
  [
    'a dependency that is down',
    { '/health/ready': { status: 503, body: down } },
    1,
    { check: 'ready', finding: /retention/ },
  ],
  ['no views', { '/v1/admin/views': { body: { items: [] } } }, 1, { check: 'views', fix: /start the projectors/ }],
  [
    'parked events',
    { '/v1/admin/views': { body: { items: [view({ parked: 2 })] } } },
    0,
    { status: 'warning', fix: /parked/ },
  ],
  [
    'a view that lags',
    { '/v1/admin/views': { body: { items: [view({ lag: { events: 9, seconds: 600 } })] } } },
    0,
    { status: 'warning', finding: /9 events behind/ },
  ],
  [
    'a log that cannot be asked',
    { '/v1/admin/views': { body: { items: [view({ lag: { events: null, seconds: null } })] } } },
    0,
    { status: 'warning', finding: /not known/ },
  ],
  [
    'clocks that differ',
    { '/health/live': { body: {}, date: 'Tue, 24 Aug 2021 12:00:00 GMT' } },
    0,
    { check: 'clock', status: 'warning', fix: /set the clocks/ },
  ],
  ['no scope admin', { '/v1/admin/views': { status: 403 } }, 0, { check: 'views', status: 'warning', fix: /admin/ }],
];
for (const [what, answers, code, found] of cases) {
  t.test(`${what}: told, with what to do about it`, async (t) => {
    const answer = await examined(t, { ...healthy, ...answers });
    t.equal(answer.code, code);
    const wrong = answer.findings.filter(({ status }) => status !== 'well');
    t.match(wrong, [found]);
    t.ok(wrong.every(({ fix }) => fix !== null));
  });
}
