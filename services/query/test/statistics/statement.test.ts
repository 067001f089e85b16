/** Which value stands where sources agree. */
import t from 'tap';
import { combine } from '../../src/statistics/statement.ts';
import { figure } from './figures.ts';

const says = (claim: string, lower: number, best: number | null, upper: number) => ({
  figure: figure({ claim, value: best ?? 0, period: '2021' }),
  interval: { lower, best, upper, lowerInclusive: true, upperInclusive: true },
  carried: false,
  claims: [claim],
});

t.test('of several values that stand, that of the narrowest interval is taken, then the lowest', async (t) => {
  t.equal(combine([says('wide', 0, 10, 30), says('narrow', 5, 20, 25)]).interval.best, 20);
  t.equal(combine([says('b', 0, 20, 30), says('a', 0, 10, 30)]).interval.best, 10);
});

t.test('a value that another source rules out is not taken', async (t) => {
  t.equal(combine([says('out', 0, 10, 30), says('bound', 12, null, 30)]).interval.best, null);
  t.equal(combine([says('out', 0, 10, 30), says('in', 11, 25, 40)]).interval.best, 25);
});
