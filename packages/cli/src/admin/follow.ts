/** Looks at something long until it is over. */
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 300;

/** The last answer. @throws the reason of an abort */
export async function followUntil<T>(
  look: () => Promise<T>,
  isOver: (answer: T) => boolean,
  onLook: (answer: T) => void,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const answer = await look();
    onLook(answer);
    if (isOver(answer)) return answer;
    await delay(pollMs, undefined, { signal });
  }
}
