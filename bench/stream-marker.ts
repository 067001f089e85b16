/** What every message of a measurement carries: when it was sent, to be found in bytes without parsing them. */
export const markerText = 'sent at ';
/** Microseconds since 1970. */
export const markerDigits = 16;

export function markNow(): string {
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1_000);
  return markerText + String(micros).padStart(markerDigits, '0');
}
