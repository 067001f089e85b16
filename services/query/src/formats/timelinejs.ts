/**
 * TimelineJS3's JSON. It knows days, not bounds: a claim stands from its earliest to its latest day, and its own date is
 * shown as it was recorded. Its pages show text as HTML, so all text is escaped.
 */
import { type ClaimFormat, claimUrl, describeClaim, type FormattedClaim } from './claim-format.ts';

export const timelinejsFormat: ClaimFormat = {
  name: 'timelinejs',
  mediaType: 'application/json; charset=utf-8',
  extent: 'walk',
  head: () => '{"scale":"human","events":[',
  item(claim, index, context) {
    const { earliest, latest, edtf } = claim.occurred;
    const start = earliest ?? latest ?? claim.published.earliest ?? claim.recordedAt.slice(0, 10);
    const event = {
      unique_id: `${index}-${claim.subject}`,
      start_date: toDate(start),
      ...(earliest !== null && latest !== null && latest !== earliest && { end_date: toDate(latest) }),
      display_date: escapeHtml(edtf),
      group: claim.kind,
      text: { headline: headline(claim), text: paragraphs(claim, claimUrl(claim, context)) },
    };
    return `${index > 0 ? ',' : ''}\n${JSON.stringify(event)}`;
  },
  tail: () => '\n]}\n',
};

function headline({ title, state }: FormattedClaim): string {
  return state === 'retracted' ? `<s>${escapeHtml(title)}</s> (withdrawn)` : escapeHtml(title);
}

function paragraphs(claim: FormattedClaim, url: string): string {
  const lines = describeClaim(claim).split('\n').filter(Boolean);
  return [
    ...lines.map((line) => `<p>${escapeHtml(line)}</p>`),
    `<p><a href="${escapeHtml(url)}">The claim</a></p>`,
  ].join('');
}

function toDate(day: string): { readonly year: number; readonly month: number; readonly day: number } {
  const [, year = '', month = '', date = ''] = /^(-?\d+)-(\d\d)-(\d\d)/.exec(day) ?? [];
  return { year: Number(year), month: Number(month), day: Number(date) };
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
