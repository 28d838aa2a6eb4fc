import type { Random } from "lib/math/random.ts";

/** Truncates a file, flips bits, overwrites numbers, or inserts a piece of another file. */
export function damage(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const kind = random.integer(5);
  if (kind === 0) return bytes.slice(0, random.integer(bytes.length));
  const damaged = bytes.slice();
  // Headers are short, and contain the sizes.
  const reach = random.next() < 0.5 ? Math.min(256, bytes.length) : bytes.length;
  if (kind === 1) {
    for (let k = 0; k <= random.integer(12); k++) damaged[random.integer(reach)] ^= 1 << random.integer(8);
  } else if (kind === 2) {
    const view = new DataView(damaged.buffer),
      extreme = [0, 1, 0x7f, 0xff, 0x7fffffff, 0xffffffff, 0x80000000, 1e6, 1e9];
    for (let k = 0; k <= random.integer(3); k++) {
      const value = random.next() < 0.5 ? extreme[random.integer(extreme.length)] : random.integer(2 ** 32);
      if (reach >= 4) view.setUint32(random.integer(reach - 3), value, random.next() < 0.5);
    }
  } else if (kind === 3) {
    const other = others[random.integer(others.length)];
    const from = random.integer(other.length), piece = other.subarray(from, from + 1 + random.integer(200));
    damaged.set(piece.subarray(0, damaged.length), random.integer(Math.max(1, damaged.length - piece.length)));
  } else {
    // Removes or repeats a piece.
    const from = random.integer(damaged.length), end = Math.min(damaged.length, from + 1 + random.integer(64));
    const parts = random.next() < 0.5
      ? [damaged.subarray(0, from), damaged.subarray(end)]
      : [damaged.subarray(0, end), damaged.subarray(from)];
    return joinBytes(parts);
  }
  return damaged;
}

/** Returns one of several arrays. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
