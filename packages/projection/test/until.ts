/** Waits for a condition, with a deadline: what another part does in its own time. */
import { setTimeout as delay } from 'node:timers/promises';

export async function until(condition: () => boolean | Promise<boolean>, deadlineMs = 20_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${condition.toString()}`);
    await delay(10);
  }
}
