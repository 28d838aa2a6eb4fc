import assert from "node:assert/strict";
import { Assembler, MachineCodeError } from "lib/machine_code/mod.ts";
import fixture from "../fixtures/machine_code.json" with { type: "json" };

/** Instructions as in make_machine_code_fixtures.py. */
const INSTRUCTIONS: Record<string, (assembler: Assembler) => void> = {
  "vmovups ymm0, [rsi]": (a) => a.load(0, { base: "rsi", offset: 0 }),
  "vmovups ymm15, [r11+64]": (a) => a.load(15, { base: "r11", offset: 64 }),
  "vmovups ymm7, [rdi-4096]": (a) => a.load(7, { base: "rdi", offset: -4096 }),
  "vmovups [rdi+127], ymm8": (a) => a.store({ base: "rdi", offset: 127 }, 8),
  "vmovups [r8-128], ymm3": (a) => a.store({ base: "r8", offset: -128 }, 3),
  "vmovups [r10+128], ymm12": (a) => a.store({ base: "r10", offset: 128 }, 12),
  "vbroadcastss ymm14, dword ptr [rsi+20]": (a) => a.broadcast(14, { base: "rsi", offset: 20 }),
  "vbroadcastss ymm2, dword ptr [r9+2048]": (a) => a.broadcast(2, { base: "r9", offset: 2048 }),
  "vaddps ymm1, ymm2, ymm3": (a) => a.add(1, 2, 3),
  "vaddps ymm9, ymm10, ymm11": (a) => a.add(9, 10, 11),
  "vaddps ymm6, ymm6, [r9]": (a) => a.add(6, 6, { base: "r9", offset: 0 }),
  "vsubps ymm4, ymm4, [rdx+32]": (a) => a.subtract(4, 4, { base: "rdx", offset: 32 }),
  "vsubps ymm5, ymm13, ymm0": (a) => a.subtract(5, 13, 0),
  "vmulps ymm6, ymm8, [rsi+72]": (a) => a.multiply(6, 8, { base: "rsi", offset: 72 }),
  "vmulps ymm15, ymm15, ymm15": (a) => a.multiply(15, 15, 15),
  "vfmadd231ps ymm3, ymm8, [rcx+16384]": (a) => a.addProduct(3, 8, { base: "rcx", offset: 16384 }),
  "vfmadd231ps ymm11, ymm14, ymm13": (a) => a.addProduct(11, 14, 13),
  "vfnmadd231ps ymm3, ymm9, [rax]": (a) => a.subtractProduct(3, 9, { base: "rax", offset: 0 }),
  "vfnmadd231ps ymm0, ymm1, ymm12": (a) => a.subtractProduct(0, 1, 12),
  "vmaxps ymm6, ymm11, ymm6": (a) => a.maximum(6, 11, 6),
  "vminps ymm6, ymm12, [r8+4]": (a) => a.minimum(6, 12, { base: "r8", offset: 4 }),
  "vxorps ymm10, ymm10, ymm10": (a) => a.clear(10),
  "vunpcklps ymm8, ymm0, ymm1": (a) => a.interleave(8, 0, 1, "first"),
  "vunpckhps ymm15, ymm14, ymm9": (a) => a.interleave(15, 14, 9, "last"),
  "vshufps ymm2, ymm8, ymm10, 0x44": (a) => a.pairs(2, 8, 10, "first"),
  "vshufps ymm9, ymm1, ymm15, 0xee": (a) => a.pairs(9, 1, 15, "last"),
  "vperm2f128 ymm8, ymm0, ymm4, 0x20": (a) => a.halves(8, 0, 4, "first"),
  "vperm2f128 ymm15, ymm3, ymm12, 0x31": (a) => a.halves(15, 3, 12, "last"),
  "vdivps ymm4, ymm12, [r9-32]": (a) => a.divide(4, 12, { base: "r9", offset: -32 }),
  "vsqrtps ymm14, ymm3": (a) => a.squareRoot(14, 3),
  "vfmadd213ps ymm12, ymm5, ymm9": (a) => a.multiplyAdd(12, 5, 9),
  "vcmpps ymm11, ymm15, [r10+8], 0x11": (a) => a.less(11, 15, { base: "r10", offset: 8 }),
  "vcmpps ymm1, ymm2, ymm13, 0x11": (a) => a.less(1, 2, 13),
  "vandps ymm10, ymm10, ymm1": (a) => a.and(10, 10, 1),
  "vpmovzxwd ymm9, [rsi+2048]; vpslld ymm9, ymm9, 16": (a) => a.loadBfloat16(9, { base: "rsi", offset: 2048 }),
  "vpmovzxwd ymm1, [r10]; vpslld ymm1, ymm1, 16": (a) => a.loadBfloat16(1, { base: "r10", offset: 0 }),
  [
    "vpslld ymm12, ymm4, 15; vpsrld ymm12, ymm12, 31; vpcmpeqd ymm5, ymm5, ymm5; vpsrld ymm5, ymm5, 17; " +
    "vpaddd ymm12, ymm12, ymm5; vpaddd ymm12, ymm12, ymm4; vpsrld ymm12, ymm12, 16; vextracti128 xmm5, ymm12, 1; " +
    "vpackusdw xmm12, xmm12, xmm5; vmovups [r8+16], xmm12"
  ]: (a) => a.storeBfloat16({ base: "r8", offset: 16 }, 4, [12, 5]),
  "vmovups zmm0, [rsi]": (a) => a.load(0, { base: "rsi", offset: 0 }),
  "vmovups zmm31, [r11+64]": (a) => a.load(31, { base: "r11", offset: 64 }),
  "vmovups zmm17, [rdi-8192]": (a) => a.load(17, { base: "rdi", offset: -8192 }),
  "vmovups zmm9, [rdi-8256]": (a) => a.load(9, { base: "rdi", offset: -8256 }),
  "vmovups zmm8, zmm24": (a) => a.load(8, 24),
  "vmovups [rdi+127], zmm23": (a) => a.store({ base: "rdi", offset: 127 }, 23),
  "vmovups [r8+8128], zmm3": (a) => a.store({ base: "r8", offset: 8128 }, 3),
  "vmovups [r10+8192], zmm12": (a) => a.store({ base: "r10", offset: 8192 }, 12),
  "vbroadcastss zmm30, dword ptr [rsi+20]": (a) => a.broadcast(30, { base: "rsi", offset: 20 }),
  "vbroadcastss zmm2, dword ptr [r9+2048]": (a) => a.broadcast(2, { base: "r9", offset: 2048 }),
  "vbroadcastss zmm14, dword ptr [rdx-512]": (a) => a.broadcast(14, { base: "rdx", offset: -512 }),
  "vbroadcastss zmm14, dword ptr [rdx+6]": (a) => a.broadcast(14, { base: "rdx", offset: 6 }),
  "vaddps zmm1, zmm2, zmm3": (a) => a.add(1, 2, 3),
  "vaddps zmm25, zmm10, zmm19": (a) => a.add(25, 10, 19),
  "vaddps zmm6, zmm22, [r9]": (a) => a.add(6, 22, { base: "r9", offset: 0 }),
  "vsubps zmm4, zmm4, [rdx+32]": (a) => a.subtract(4, 4, { base: "rdx", offset: 32 }),
  "vsubps zmm21, zmm13, zmm16": (a) => a.subtract(21, 13, 16),
  "vmulps zmm6, zmm8, [rsi+128]": (a) => a.multiply(6, 8, { base: "rsi", offset: 128 }),
  "vmulps zmm31, zmm31, zmm31": (a) => a.multiply(31, 31, 31),
  "vfmadd231ps zmm3, zmm8, [rcx+16384]": (a) => a.addProduct(3, 8, { base: "rcx", offset: 16384 }),
  "vfmadd231ps zmm27, zmm30, zmm13": (a) => a.addProduct(27, 30, 13),
  "vfnmadd231ps zmm3, zmm9, [rax]": (a) => a.subtractProduct(3, 9, { base: "rax", offset: 0 }),
  "vfnmadd231ps zmm16, zmm1, zmm28": (a) => a.subtractProduct(16, 1, 28),
  "vmaxps zmm6, zmm11, zmm6": (a) => a.maximum(6, 11, 6),
  "vminps zmm6, zmm28, [r8+4]": (a) => a.minimum(6, 28, { base: "r8", offset: 4 }),
  "vpxord zmm10, zmm10, zmm10": (a) => a.clear(10),
  "vpxord zmm26, zmm26, zmm26": (a) => a.clear(26),
  "vdivps zmm4, zmm18, [r9-64]": (a) => a.divide(4, 18, { base: "r9", offset: -64 }),
  "vsqrtps zmm20, zmm3": (a) => a.squareRoot(20, 3),
  "vfmadd213ps zmm12, zmm25, zmm9": (a) => a.multiplyAdd(12, 25, 9),
  "mov rsi, [rcx]": (a) => a.argument("rsi", 0),
  "mov r9, [rcx+16]": (a) => a.argument("r9", 2),
  "mov r8, r9": (a) => a.copy("r8", "r9"),
  "mov rdx, r11": (a) => a.copy("rdx", "r11"),
  "add rsi, 1000": (a) => a.advance("rsi", 1000),
  "add r10, -100000": (a) => a.advance("r10", -100000),
};

Deno.test("instructions have the bytes that GNU's assembler gives them", () => {
  assert.deepEqual(Object.keys(INSTRUCTIONS).sort(), Object.keys(fixture.instructions).sort());
  const end = new Assembler().finish().length;
  for (const [text, expected] of Object.entries(fixture.instructions)) {
    const assembler = new Assembler(text.includes("zmm") ? 16 : 8);
    INSTRUCTIONS[text](assembler);
    const bytes = assembler.finish().slice(0, -end);
    assert.equal(Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" "), expected, text);
  }
});

Deno.test("distances that do not fit in 32 bits, and vectors that do not exist, are refused", () => {
  assert.throws(() => new Assembler().advance("rsi", 2 ** 31), MachineCodeError);
  assert.throws(() => new Assembler().load(0, { base: "rsi", offset: -(2 ** 40) }), MachineCodeError);
  assert.throws(() => new Assembler().add(16, 0, 0), /16 vectors/);
  const narrow = new Assembler(16);
  assert.throws(() => narrow.add(0, 32, 0), /32 vectors/);
  assert.throws(() => narrow.withEights(() => narrow.load(0, 16)), /16 vectors/);
  assert.throws(() => new Assembler(16).loadBfloat16(0, { base: "rsi", offset: 0 }), /for vectors of eight/);
  assert.throws(() => new Assembler(16).interleave(0, 1, 2, "first"), /for vectors of eight/);
});
