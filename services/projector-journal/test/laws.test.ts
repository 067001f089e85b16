import { testViewLaws } from '../../../packages/projection/test/view-laws.ts';
import { journalView } from '../src/view.ts';

testViewLaws(journalView);
