/** TimelineJS3 itself, in a browser, loads what we write. */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { startChromium } from '@ledgerline/testkit';
import t from 'tap';
import { timelinejsFormat } from '../../src/formats/timelinejs.ts';
import { isCi } from '../config.ts';
import { claims, context } from './sample-claims.ts';

const dist = join(dirname(createRequire(import.meta.url).resolve('@knight-lab/timelinejs/package.json')), 'dist');
const page = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/css/timeline.css">
<div id="timeline" style="width:900px;height:600px"></div><script src="/js/timeline.js"></script>
<script>const timeline = new TL.Timeline('timeline', '/timeline.json', { default_bg_color: '#fff' });</script>`;

t.test('TimelineJS3 shows a slide for every claim, and hostile text as text', async (t) => {
  const browser = await startChromium(t);
  if (browser === null) {
    const message = 'NOT RUN: TimelineJS3 in a browser. Install chromium';
    process.stderr.write(`\n### ${message} ###\n\n`);
    if (isCi) t.fail(message);
    return;
  }
  const json =
    timelinejsFormat.head(context) +
    claims.map((claim, index) => timelinejsFormat.item(claim, index, context)).join('') +
    timelinejsFormat.tail(context);
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/') response.setHeader('content-type', 'text/html').end(page);
    else if (path === '/timeline.json') response.setHeader('content-type', 'application/json').end(json);
    else {
      readFile(join(dist, path.split('?')[0] ?? '')).then(
        (bytes) =>
          response.setHeader('content-type', path.includes('.css') ? 'text/css' : 'text/javascript').end(bytes),
        () => response.writeHead(404).end(),
      );
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());

  const tab = await browser.newPage();
  const complaints: string[] = [];
  tab.on('pageerror', (error) => complaints.push(error.message));
  tab.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await tab.waitForSelector('.tl-timemarker', { state: 'attached' });
  t.equal(await tab.locator('.tl-timemarker').count(), claims.length);
  const headlines = await tab.locator('.tl-slide .tl-headline').allTextContents();
  t.ok(headlines.some((text) => text.includes('Almost 4,200 crossings in 2021')));
  t.ok(headlines.some((text) => text.includes('<script>alert(1)</script>')));
  t.ok(headlines.some((text) => text.includes('(withdrawn)')));
  t.strictSame(complaints, []);
});
