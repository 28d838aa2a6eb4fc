import assert from "node:assert/strict";
import { findSymbols } from "lib/onednn/elf_symbols.ts";

/** Writes a 64-bit ELF file with a symbol table; an address of 0 stands for a function of another library. */
async function writeElf(path: string, symbols: readonly [name: string, address: bigint][], sectionType = 2) {
  const names = new TextEncoder().encode(`\0${symbols.map(([name]) => name).join("\0")}\0`);
  const namesAt = 64, tableAt = namesAt + names.length, headersAt = tableAt + 24 * symbols.length;
  const bytes = new Uint8Array(headersAt + 3 * 64), view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  view.setBigUint64(0x28, BigInt(headersAt), true);
  view.setUint16(0x3c, 3, true);
  bytes.set(names, namesAt);
  let at = 1;
  symbols.forEach(([name, address], i) => {
    view.setUint32(tableAt + 24 * i, at, true);
    view.setBigUint64(tableAt + 24 * i + 8, address, true);
    at += name.length + 1;
  });
  const section = (index: number, type: number, offset: number, size: number, link: number) => {
    const start = headersAt + 64 * index;
    view.setUint32(start + 4, type, true);
    view.setBigUint64(start + 0x18, BigInt(offset), true);
    view.setBigUint64(start + 0x20, BigInt(size), true);
    view.setUint32(start + 0x28, link, true);
  };
  section(1, sectionType, tableAt, 24 * symbols.length, 2);
  section(2, 3, namesAt, names.length, 0);
  await Deno.writeFile(path, bytes);
}

async function withFile(run: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  try {
    await run(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("functions are found by their whole names, also among many that only begin or end like them", () =>
  withFile(async (path) => {
    // More names than are read at a time.
    const others = Array.from({ length: 160_000 }, (_, i): [string, bigint] => [`dnnl_${"x".repeat(50)}_${i}`, 7n]);
    const wanted: [string, bigint][] = [["dnnl_a", 0x1_2345_6789n], ["dnnl_ab", 16n], ["dnnl_gone", 0n]];
    const like: [string, bigint][] = [["_dnnl_a", 99n], ["dnnl_a.cold", 98n]];
    for (const at of [0, 131_072]) {
      await writeElf(path, [...like, ...others.toSpliced(at, 0, ...wanted)]);
      const found = findSymbols(path, ["dnnl_a", "dnnl_ab", "dnnl_gone", "dnnl_missing"], "dnnl_");
      assert.deepEqual(found, new Map([["dnnl_a", 0x1_2345_6789n], ["dnnl_ab", 16n]]));
    }
  }));

Deno.test("a file without a symbol table, cut off, or of another kind has no functions", () =>
  withFile(async (path) => {
    await writeElf(path, [["dnnl_a", 5n]], 11);
    assert.equal(findSymbols(path, ["dnnl_a"], "dnnl_").size, 0);
    await writeElf(path, [["dnnl_a", 5n]]);
    assert.equal(findSymbols(path, ["dnnl_a"], "dnnl_").size, 1);
    const whole = await Deno.readFile(path);
    for (const length of [0, 3, 63, 64, 100, whole.length - 1]) {
      await Deno.writeFile(path, whole.subarray(0, length));
      assert.equal(findSymbols(path, ["dnnl_a"], "dnnl_").size, 0, `${length} bytes`);
    }
    await Deno.writeTextFile(path, "MZ".repeat(1000));
    assert.equal(findSymbols(path, ["dnnl_a"], "dnnl_").size, 0);
  }));
