/** From which network a call came, by the source address that CloudTrail records. Pure. */

export type Network = {
  /** `10.20.0.0/16`, `203.0.113.0/24`, `2001:db8:1::/48`, or the name of an AWS service. */
  name: string;
  kind: 'private' | 'public' | 'aws' | 'unknown';
};

/** RFC 1918, RFC 6598, loopback and link-local. */
const PRIVATE_IPV4 = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|127\.|169\.254\.)/;
/** RFC 4193 and link-local. */
const PRIVATE_IPV6 = /^(f[cd]|fe[89ab])/;
const AWS_NAME = /^AWS Internal$|\.amazonaws\.com(\.cn)?$|\.aws\.internal$/i;

function networkOfIpv4(address: string): Network | null {
  const [, first, second, third, fourth] = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address) ?? [];
  if (first === undefined || [first, second, third, fourth].some((part) => Number(part) > 255)) return null;
  // A company's own network is one owner's, a public one is let in small pieces.
  if (PRIVATE_IPV4.test(address)) return { name: `${first}.${second}.0.0/16`, kind: 'private' };
  return { name: `${first}.${second}.${third}.0/24`, kind: 'public' };
}

function networkOfIpv6(address: string): Network | null {
  if (!/^[0-9a-f:]{2,39}$/i.test(address) || !address.includes(':')) return null;
  const [head = '', tail] = address.toLowerCase().split('::');
  const [left, right] = [head, tail ?? ''].map((half) => half.split(':').filter((part) => part !== ''));
  if (left === undefined || right === undefined || left.length + right.length > 8) return null;
  const parts = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => '0'), ...right];
  const kind = PRIVATE_IPV6.test((parts[0] ?? '').padStart(4, '0')) ? 'private' : 'public';
  return { name: `${parts.slice(0, 3).map((part) => part.replace(/^0+(?=.)/, '')).join(':')}::/48`, kind };
}

/** The network by which callers with changing addresses are still one: /16 of a private IPv4 address, /24 of a public one, /48 of IPv6. */
export function networkOf(sourceIp: string): Network {
  if (AWS_NAME.test(sourceIp)) return { name: sourceIp, kind: 'aws' };
  return networkOfIpv4(sourceIp) ?? networkOfIpv6(sourceIp) ?? { name: sourceIp, kind: 'unknown' };
}
