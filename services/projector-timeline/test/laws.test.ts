import { testViewLaws } from '../../../packages/projection/test/view-laws.ts';
import { timelineView } from '../src/view.ts';

testViewLaws(timelineView);
