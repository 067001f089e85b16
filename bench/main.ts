/**
 * npm run bench -- [append] [projectors] [pipeline] [rebuild] [reads] [replay] [streams] [slow-readers]
 *   [--rounds=3] [--events=100000] [--seconds=8]
 * Each figure stands beside straight-line code that does the least possible, measured in the same run.
 */
import { parseArgs } from 'node:util';
import { benchAppend } from './append.ts';
import { benchPipeline } from './pipeline.ts';
import { benchProjectors } from './projectors.ts';
import { benchReads } from './reads.ts';
import { benchRebuild } from './rebuild.ts';
import { benchReplay } from './replay.ts';
import { startRig } from './rig.ts';
import { benchSlowReaders } from './slow-readers.ts';
import { benchStreams } from './streams.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    events: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '8' },
  },
});
const options = { rounds: Number(values.rounds), events: Number(values.events), seconds: Number(values.seconds) };
const benches = {
  append: benchAppend,
  projectors: benchProjectors,
  pipeline: benchPipeline,
  rebuild: benchRebuild,
  reads: benchReads,
  replay: benchReplay,
  streams: benchStreams,
  'slow-readers': benchSlowReaders,
};
const names = Object.keys(benches) as (keyof typeof benches)[];
const unknown = positionals.filter((name) => !names.some((known) => known === name));
if (unknown.length > 0) {
  console.error(`no benchmark is called ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}
const rig = await startRig();
try {
  for (const name of names)
    if (positionals.length === 0 || positionals.includes(name)) await benches[name](rig, options);
} finally {
  await rig.stop();
}
process.exit(0);
