import t from 'tap';
import { lastDayOf } from '../src/measures/minimum-duration.ts';

t.test('a duration is counted in whole days, the first one included', (t) => {
  for (const [day, text, last] of [
    ['2021-09-01', 'P14D', '2021-09-14'],
    ['2021-09-01', 'P2W', '2021-09-14'],
    ['2021-09-01', 'P1D', '2021-09-01'],
    ['2021-09-01', 'PT36H', '2021-09-01'],
    ['2021-09-01', 'PT48H', '2021-09-02'],
    ['2021-09-01', 'PT1H', '2021-09-01'],
    ['2021-01-31', 'P1M', '2021-02-27'],
    ['2020-02-29', 'P1Y', '2021-02-27'],
    ['2021-11-15', 'P1Y2M', '2023-01-14'],
  ] as const) {
    t.equal(lastDayOf(day, text), last, `${text} from ${day}`);
  }
  t.end();
});

t.test('what is no duration has no last day', (t) => {
  t.equal(lastDayOf('2021-09-01', 'two weeks'), null);
  t.end();
});
