/**
 * Which names mean this machine and nothing else. A server bound to one of them answers only requests for one of them:
 * a web page that rebinds its own name to 127.0.0.1 is refused.
 */
const IPV4_LOOPBACK = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/** @param host an address or name without a port, IPv6 with or without brackets */
export function isLoopbackName(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '');
  return (
    name === 'localhost' ||
    name === '127.0.0.1' ||
    name === '::1' ||
    name === '[::1]' ||
    name.endsWith('.localhost') ||
    IPV4_LOOPBACK.test(name)
  );
}

/** The name in a Host header, without its port; null where it is no host at all. */
export function hostNameOf(header: string): string | null {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{0,5})?$/.exec(header);
  return match?.[1] ?? null;
}
