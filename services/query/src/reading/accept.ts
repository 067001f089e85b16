/** Which of two formats a client prefers. */

const parameter = /^\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*$/i;

/** True where Accept names the media type itself, and no worse than the other one. */
export function prefersMediaType(accept: string | undefined, mediaType: string, over = 'application/json'): boolean {
  if (accept === undefined) return false;
  let wanted = 0;
  let other = 0;
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';');
    const quality = Number(
      parameters.map((part) => parameter.exec(part)?.[1]).find((value) => value !== undefined) ?? 1,
    );
    const type = name.trim().toLowerCase();
    if (type === mediaType) wanted = quality;
    if (type === over) other = quality;
  }
  return wanted > 0 && wanted >= other;
}
