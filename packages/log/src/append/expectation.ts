/**
 * Whether a round may take its ids to be new, as they nearly always are, and reserve them without looking first. Once it
 * was wrong, the next rounds look: retries and replays come in series. Only a matter of speed: a wrong guess is rolled back.
 */
const ROUNDS_TO_LOOK = 8;

export type Expectation = {
  newIds(): boolean;
  /** What `newIds` said of this round did not hold, or can't be known. */
  disappoint(): void;
};

export function createExpectation(): Expectation {
  let looking = 0;
  return {
    newIds() {
      if (looking === 0) return true;
      looking -= 1;
      return false;
    },
    disappoint() {
      looking = ROUNDS_TO_LOOK;
    },
  };
}

/** Thrown inside a round's transaction, to roll it back. */
export class NotNew extends Error {}
