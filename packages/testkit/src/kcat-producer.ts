/** kcat as another producer: it compresses with what kafkajs can't read. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { kafkaConfig } from './kafka-config.ts';

export type Codec = 'gzip' | 'lz4' | 'snappy' | 'zstd';

const TIMEOUT_MS = 30_000;

/** False where kcat is not installed; under CI that is a failure. */
export async function hasKcatProducer(): Promise<boolean> {
  const child = spawn('kcat', ['-V'], { stdio: 'ignore', timeout: TIMEOUT_MS });
  const there = await once(child, 'exit').then(
    ([code]) => code === 0,
    () => false,
  );
  if (!there && kafkaConfig.isCi) throw new Error('NOT RUN: compressed batches of others. Install kcat');
  return there;
}

/** Writes a batch of these values to one partition, compressed by the producer. */
export async function produceCompressed(
  brokers: readonly string[],
  to: { readonly topic: string; readonly partition: number; readonly codec: Codec },
  values: readonly string[],
): Promise<void> {
  // Without lingering each message would be a batch of its own, too small to be compressed.
  const settings = ['-X', 'linger.ms=200', '-X', 'batch.num.messages=1000'];
  const args = ['-b', brokers.join(','), '-P', '-t', to.topic, '-p', String(to.partition), '-z', to.codec, ...settings];
  const child = spawn('kcat', args, { stdio: ['pipe', 'ignore', 'pipe'], timeout: TIMEOUT_MS });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  child.stdin.end(values.map((value) => `${value}\n`).join(''));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`kcat ended with ${code}: ${complaint}`);
}
