/** Bits of an entry with the code's length: the lowest four. */
export const CODE_BITS = 15;
/** Kind of an entry whose code continues in a second table. */
export const LINK = 3 << 8;
/** Positions of an entry's number of extra bits, its kind and its value. */
export const EXTRA_SHIFT = 4, KIND = 3 << 8, VALUE_SHIFT = 10;

const MAX_LENGTH = 15;

/**
 * Fills the lookup table of one of deflate's Huffman codes (RFC 1951, section 3.2.2). A code's bits are stored from the
 * highest, but the stream is read from the lowest: the index of an entry is its code with reversed bits.
 *
 * @param table receives 2^root entries, followed by the tables of longer codes; 0 marks an undefined code
 * @param root number of bits that are looked up at once
 * @param lengths length in bits of each symbol's code; 0 for a symbol that does not occur
 * @param entries each symbol's entry, to which its code's length is added
 * @returns whether the lengths define a code
 */
export function fillHuffmanTable(
  table: Int32Array,
  root: number,
  lengths: Uint8Array,
  entries: Int32Array,
): boolean {
  const counts = new Uint16Array(MAX_LENGTH + 1), next = new Uint16Array(MAX_LENGTH + 1);
  for (const length of lengths) counts[length]++;
  const used = lengths.length - counts[0];
  counts[0] = 0;
  let left = 1, longest = 0;
  for (let length = 1, code = 0; length <= MAX_LENGTH; length++) {
    if (counts[length] > 0) longest = length;
    left = 2 * left - counts[length];
    if (left < 0) return false;
    next[length] = code;
    code = (code + counts[length]) << 1;
  }
  // A single code has one bit and leaves its sibling undefined, and a block without matches has no distances.
  if (left > 0 && !(used === 0 || (used === 1 && longest === 1))) return false;
  table.fill(0, 0, 1 << root);
  const linkBits = longest - root;
  let end = 1 << root;
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol];
    if (length === 0) continue;
    let code = next[length]++, reversed = 0;
    for (let bit = 0; bit < length; bit++, code >>= 1) reversed = (reversed << 1) | (code & 1);
    const entry = entries[symbol] | length;
    if (length <= root) {
      for (let at = reversed; at < 1 << root; at += 1 << length) table[at] = entry;
      continue;
    }
    const prefix = reversed & ((1 << root) - 1);
    if (table[prefix] === 0) {
      table[prefix] = (end << VALUE_SHIFT) | LINK | (linkBits << EXTRA_SHIFT);
      table.fill(0, end, end += 1 << linkBits);
    }
    const from = table[prefix] >> VALUE_SHIFT;
    for (let at = reversed >> root; at < 1 << linkBits; at += 1 << (length - root)) table[from + at] = entry;
  }
  return true;
}
