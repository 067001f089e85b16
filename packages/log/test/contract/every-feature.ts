/** The contract suite: what every adapter of the port keeps. */
import { appendFeatures } from './append-features.ts';
import type { Contract } from './contract.ts';
import { limitsFeatures } from './limits-features.ts';
import { readFeatures } from './read-features.ts';
import { rehearseFeatures } from './rehearse-features.ts';
import { subscribeFeatures } from './subscribe-features.ts';

export async function everyFeature(contract: Contract): Promise<void> {
  await appendFeatures(contract);
  await rehearseFeatures(contract);
  await limitsFeatures(contract);
  await readFeatures(contract);
  await subscribeFeatures(contract);
}
