/**
 * A round's transaction that came to nothing for a reason that passes at once: roll back, see to it, try again.
 */
export class RoundConflict extends Error {
  /** `raced`: an id was taken by a round of other partitions. The other two: the index is behind the log. */
  readonly reason: 'raced' | 'displaced' | 'stale-index';

  constructor(reason: RoundConflict['reason']) {
    super(`round ${reason}`);
    this.name = 'RoundConflict';
    this.reason = reason;
  }
}
