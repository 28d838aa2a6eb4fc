import type { HuffmanCode } from "./huffman_code.ts";

/** Parses hexadecimal digits to bytes. */
const hex = (digits: string) => Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16));

const AC_LUMINANCE = "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a2526" +
  "2728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a9293949596" +
  "9798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6" +
  "f7f8f9fa";
const AC_CHROMINANCE =
  "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a" +
  "262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495" +
  "969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7" +
  "f8f9fa";

/**
 * The typical Huffman codes of ITU-T T.81, K.3, for luminance and chrominance. Frames of a Motion JPEG use them without
 * storing them.
 */
export const STANDARD_CODES: { dc: HuffmanCode[]; ac: HuffmanCode[] } = {
  dc: [
    { counts: hex("00010501010101010100000000000000"), symbols: hex("000102030405060708090a0b") },
    { counts: hex("00030101010101010101010000000000"), symbols: hex("000102030405060708090a0b") },
  ],
  ac: [
    { counts: hex("0002010303020403050504040000017d"), symbols: hex(AC_LUMINANCE) },
    { counts: hex("00020102040403040705040400010277"), symbols: hex(AC_CHROMINANCE) },
  ],
};
