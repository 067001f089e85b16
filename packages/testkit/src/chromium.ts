/** Chromium of the system, for what only a browser can say. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { chromiumConfig } from './chromium-config.ts';
import type { Teardown } from './postgres-fresh-database.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** Closed with the test; null where there is no Chromium. */
export async function startChromium(t: Teardown): Promise<Browser | null> {
  const executablePath = await findChromium();
  if (executablePath === null) return null;
  const { chromium } = await import('playwright-core');
  // Containers run as root, where Chromium's own sandbox can't be set up.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  t.teardown(() => browser.close());
  return browser;
}

async function findChromium(): Promise<string | null> {
  const folders = chromiumConfig.path.split(delimiter);
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), MACOS];
  for (const path of candidates) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}
