/**
 * Which of PostgreSQL's text search configurations a claim is found by besides English: that of its first report's
 * language. A fixed list, so that the same log gives the same rows on every server.
 */
import type { ClaimData } from '../schema/claims.ts';

/** By primary language subtag; those that every supported PostgreSQL brings along. */
const configs: Readonly<Record<string, string>> = {
  ar: 'arabic',
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  nb: 'norwegian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
};

export const englishConfig = 'english';

/** English too where the language is not said, or PostgreSQL knows nothing of it. */
export function searchConfigOf({ reports }: Pick<ClaimData, 'reports'>): string {
  const [first] = reports;
  const [primary = ''] = first?.language?.toLowerCase().split('-', 1) ?? [];
  return Object.hasOwn(configs, primary) ? (configs[primary] ?? englishConfig) : englishConfig;
}
