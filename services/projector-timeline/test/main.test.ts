import { testProjectorProcess } from '../../../packages/projection/test/projector-process.ts';

testProjectorProcess('timeline');
