import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Problem } from '@ledgerline/http';
import t from 'tap';
import { createBodyBudget } from '../src/admission/body-budget.ts';

function requestOf(declared?: number): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  if (declared !== undefined) request.headers['content-length'] = String(declared);
  return request;
}

t.test('bodies beyond the budget are told to come back, and let in when others are done', async (t) => {
  const budget = createBodyBudget(100);
  const release = Promise.withResolvers<string>();
  const first = budget.spend(requestOf(60), 1_000, () => release.promise);
  const refused = await budget.spend(requestOf(60), 1_000, () => Promise.resolve('in'));
  t.type(refused, Problem);
  t.match(refused, { code: 'overloaded' });
  t.equal(await budget.spend(requestOf(40), 1_000, () => Promise.resolve('in')), 'in');
  release.resolve('done');
  t.equal(await first, 'done');
  t.equal(await budget.spend(requestOf(60), 1_000, () => Promise.resolve('in')), 'in');
});

t.test('a body of undeclared length counts as the largest, and one alone is always let in', async (t) => {
  const budget = createBodyBudget(100);
  const release = Promise.withResolvers<string>();
  const first = budget.spend(requestOf(), 1_000, () => release.promise);
  t.type(await budget.spend(requestOf(1), 1_000, () => Promise.resolve('in')), Problem);
  release.resolve('done');
  t.equal(await first, 'done');
});

t.test('work that fails gives its bytes back', async (t) => {
  const budget = createBodyBudget(100);
  await t.rejects(budget.spend(requestOf(90), 1_000, () => Promise.reject(new Error('failed'))));
  const release = Promise.withResolvers<string>();
  const first = budget.spend(requestOf(50), 1_000, () => release.promise);
  t.equal(await budget.spend(requestOf(50), 1_000, () => Promise.resolve('in')), 'in');
  release.resolve('done');
  await first;
});
