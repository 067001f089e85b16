/**
 * What one writer has to say, one thing after the other: claims, what becomes of them, and now and then what must be
 * refused. It knows its own subjects, and so what each event must be answered with.
 */
import type { EventJson } from '@ledgerline/testkit';
import { type Data, dataOf, dateOf, type Kind, kinds, type Relation, reportOf, typeOfKind } from './claim-data.ts';
import type { Random } from './seeded-random.ts';
import { type Sent, toSend } from './sent-events.ts';

type Claim = {
  readonly subject: string;
  readonly serial: number;
  readonly kind: Kind;
  events: number;
  /** Pairs that an event of this claim linked. */
  readonly linked: Set<string>;
};

export type Stories = {
  /** The next event; `alone` where it must not share a request with others. */
  next(): { readonly sent: Sent; readonly alone: boolean };
};

/** Of the latest ones: memory stays flat, and subjects get several events. */
const CLAIMS_KEPT = 300;
const oneWay = ['updates', 'responds-to', 'part-of', 'contradicts', 'quotes'];

/** @param others writers whose subjects may be named as well, known or not yet known */
export function createStories(writer: string, others: readonly string[], random: Random): Stories {
  const source = `urn:ledgerline:desk:${writer}`;
  const claims: Claim[] = [];
  const stored: EventJson[] = [];
  let serial = 0;
  let ids = 0;

  const event = (subject: string, type: string, data: Data, also: Data = {}): EventJson => {
    const id = `${writer}-${++ids}`;
    return { specversion: '1.0', id, source, subject, type, ...also, data };
  };
  /** Of a claim that is there: it has one event more. */
  const follow = (claim: Claim, type: string, data: Data, also: Data = {}): Sent => {
    claim.events += 1;
    const made = event(claim.subject, type, data, also);
    stored.push(made);
    if (stored.length > CLAIMS_KEPT) stored.shift();
    return toSend(made);
  };
  /** Only to older claims of one's own where a pair is symmetric or must not go round in a circle. */
  const relationFrom = (from: number, kind: Kind): Relation | null => {
    const older = claims.filter((claim) => claim.serial < from);
    const roll = random.next();
    if (older.length > 0 && roll < 0.4) return { type: 'same-incident', target: random.pick(older.slice(-12)).subject };
    if (older.length > 0 && roll < 0.6 && kind === 'measure') {
      return { type: 'replaces', target: random.pick(older).subject };
    }
    return { type: random.pick(oneWay), target: `${random.pick(others)}-c${random.between(1, serial + 5)}` };
  };
  const relationsFrom = (from: number, kind: Kind): Relation[] => {
    const relation = random.chance(0.25) ? relationFrom(from, kind) : null;
    return relation === null ? [] : [relation];
  };

  const begin = (): Sent => {
    const kind = random.pick(kinds);
    const own = ++serial;
    const claim: Claim = { subject: `${writer}-c${own}`, serial: own, kind, events: 0, linked: new Set() };
    const title = `Claim ${own} of ${writer}, Kuźnica`;
    const also = random.chance(0.1) ? { expectedversion: 0 } : {};
    const sent = follow(claim, typeOfKind[kind], dataOf(kind, title, relationsFrom(own, kind), random), also);
    claims.push(claim);
    if (claims.length > CLAIMS_KEPT) claims.shift();
    return sent;
  };

  const correct = (claim: Claim, also: Data = {}): Sent => {
    const title = `Claim ${claim.serial} of ${writer}, corrected ${claim.events}`;
    const corrected = dataOf(claim.kind, title, relationsFrom(claim.serial, claim.kind), random);
    const reports = random.chance(0.5) ? { reports: [reportOf(random)] } : {};
    const reason = random.pick(['source-correction', 'transcription', 'new-information']);
    return follow(claim, 'claim.corrected.v1', { corrected, reason, ...reports }, also);
  };

  const retract = (claim: Claim): Sent => {
    claims.splice(claims.indexOf(claim), 1);
    const reason = random.pick(['source-retraction', 'recording-error', 'duplicate', 'unlawful']);
    return follow(claim, 'claim.retracted.v1', { reason, note: 'Withdrawn.' });
  };

  const link = (claim: Claim): Sent => {
    const undone = random.chance(0.3) ? [...claim.linked][0] : undefined;
    if (undone !== undefined) {
      claim.linked.delete(undone);
      const [relation, target] = undone.split(' ');
      return follow(claim, 'claims.unlinked.v1', { relation, target });
    }
    const made = relationFrom(claim.serial, claim.kind);
    if (made === null || made.target === claim.subject) return correct(claim);
    claim.linked.add(`${made.type} ${made.target}`);
    return follow(claim, 'claims.linked.v1', { relation: made.type, target: made.target });
  };

  const changeStatus = (claim: Claim): Sent => {
    if (claim.kind !== 'measure') return correct(claim);
    const status = random.pick(['in-force', 'suspended', 'resumed', 'ended', 'replaced']);
    const on = { edtf: dateOf(random), basis: 'stated' };
    const reason = random.chance(0.3) ? { reason: 'The court said so.' } : {};
    const data = { status, on, ...reason, reports: [reportOf(random)] };
    return follow(claim, 'measure.status-changed.v1', data);
  };

  const refusable = (claim: Claim, known: EventJson): { sent: Sent; alone: boolean } => {
    const data = dataOf(claim.kind, 'Never to be seen', [], random);
    const refused = (code: string, made: EventJson) => ({
      sent: toSend(made, { refused: code }),
      alone: code !== 'id-reused',
    });
    switch (random.between(0, 5)) {
      case 0:
        return { sent: toSend(known, 'duplicate'), alone: false };
      case 1:
        return refused('id-reused', { ...known, time: '2021-08-25T10:15:00Z' });
      case 2:
        return refused('subject-exists', event(claim.subject, typeOfKind[claim.kind], data));
      case 3: {
        const wrong = { expectedversion: claim.events + random.pick([-1, 1, 7]) };
        return refused('version-conflict', event(claim.subject, 'claim.corrected.v1', correction(data), wrong));
      }
      case 4:
        return refused('unknown-subject', event(`${writer}-nobody`, 'claim.corrected.v1', correction(data)));
      default:
        return refused('invalid-event', event(claim.subject, 'claim.corrected.v1', correction({ ...data, title: '' })));
    }
  };

  return {
    next() {
      const claim = claims.length === 0 ? undefined : random.pick(claims);
      const known = stored.length === 0 ? undefined : random.pick(stored);
      const roll = random.next();
      if (claim === undefined || known === undefined || roll < 0.5) return { sent: begin(), alone: false };
      if (roll < 0.68) return { sent: correct(claim), alone: false };
      if (roll < 0.73) return { sent: correct(claim, { expectedversion: claim.events }), alone: false };
      if (roll < 0.81) return { sent: link(claim), alone: false };
      if (roll < 0.86) return { sent: changeStatus(claim), alone: false };
      if (roll < 0.89) return { sent: retract(claim), alone: false };
      return refusable(claim, known);
    },
  };
}

const correction = (corrected: Data): Data => ({ corrected, reason: 'transcription' });
