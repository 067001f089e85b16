/**
 * The Mercure hub, built from its Go module: the peer that is made for one thing, fanning out. Built once into the checkout's
 * cache; where there is no Go, or no way to the module, it is said aloud and left out.
 */
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePorts } from '@ledgerline/testkit';
import { benchConfig } from '../config.ts';
import { until } from '../rig.ts';
import { claimEvent, type Target } from '../stream-targets.ts';

const run = promisify(execFile);
const version = 'v0.20.1';
const folder = fileURLToPath(new URL(`../../node_modules/.cache/ledgerline/mercure-${version}/`, import.meta.url));
const binary = `${folder}mercure`;
const buildTimeoutMs = 600_000;
const key = 'a key for one measurement on one machine';
const topic = 'events';

const main = `package main

import "github.com/dunglas/mercure/cmd"

func main() { cmd.Execute() }
`;

export type Hub = { readonly streamUrl: string; readonly target: Target; readonly pid: number; stop(): Promise<void> };

/** null where it can't be had. */
export async function startMercure(): Promise<Hub | null> {
  if (!(await isBuilt())) return null;
  const [port = 0] = await freePorts(1);
  const child = spawn(binary, [], {
    env: {
      PATH: benchConfig.path,
      JWT_KEY: key,
      ADDR: `127.0.0.1:${port}`,
      TRANSPORT_URL: 'local://',
      ALLOW_ANONYMOUS: '1',
    },
    stdio: 'ignore',
  });
  const exited = once(child, 'exit');
  await until(() => answers(port), 10_000, 'the Mercure hub');
  const url = `http://127.0.0.1:${port}/.well-known/mercure`;
  return {
    streamUrl: `${url}?topic=${topic}`,
    pid: child.pid ?? 0,
    target: {
      url,
      contentType: 'application/x-www-form-urlencoded',
      headers: { authorization: `Bearer ${publisherToken()}` },
      perRequest: 1,
      toBody: () => String(new URLSearchParams({ topic, data: claimEvent() })),
    },
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function isBuilt(): Promise<boolean> {
  if (await exists(binary)) return true;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}main.go`, main);
    const go = async (...args: string[]) => await run('go', args, { cwd: folder, timeout: buildTimeoutMs });
    if (!(await exists(`${folder}go.mod`))) await go('mod', 'init', 'bench/mercure');
    await go('get', `github.com/dunglas/mercure@${version}`);
    await go('mod', 'tidy');
    await go('build', '-o', binary, '.');
    return true;
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    console.error(`\n### NOT MEASURED: the Mercure hub, which needs Go and its module (${reason}) ###\n`);
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}

function publisherToken(): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ mercure: { publish: ['*'] } })}`;
  return `${unsigned}.${createHmac('sha256', key).update(unsigned).digest('base64url')}`;
}
