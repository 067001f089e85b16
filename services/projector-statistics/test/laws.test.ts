import { testViewLaws } from '../../../packages/projection/test/view-laws.ts';
import { statisticsView } from '../src/view.ts';

testViewLaws(statisticsView);
