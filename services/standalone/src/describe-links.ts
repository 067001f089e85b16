/** What the terminal shows when everything is up: where to look, and what to ask first. */

const links: readonly (readonly [what: string, path: string])[] = [
  ['the page of links', '/'],
  ['reference', '/docs'],
  ['timeline', '/v1/timeline'],
  ['known by 2 August 2021', '/v1/timeline?knownBy=2021-08-02'],
  ['measures in force on a day', '/v1/measures?on=2021-09-15'],
  ['sources side by side', '/v1/statistics/series/crossings:person:BY-LT/conflicts?verdict=all'],
  ['2021 against 2020', '/v1/statistics/compare?series=crossings:person:BY-LT&period=2021&baseline=2020'],
];

/** @param url where the server listens */
export function describeLinks(url: string): string {
  const width = Math.max(...links.map(([what]) => what.length));
  const lines = links.map(([what, path]) => `  ${what.padEnd(width)}  ${url}${path}`);
  return `\nLedgerline is up.\n\n${lines.join('\n')}\n`;
}
