import assert from "node:assert/strict";
import { runsMachineCode } from "lib/machine_code/mod.ts";
import { productsOf } from "lib/nn/winograd/winograd_matrices.ts";
import { TransformedKernels } from "lib/nn/engine/winograd/transformed_kernels.ts";
import { OneDnn, Team } from "lib/onednn/mod.ts";
import { ONE_THREAD } from "./one_thread.ts";
import { noise } from "../../../fixtures/formula.ts";

const oneDnn = OneDnn.open(), ignore = !oneDnn || !runsMachineCode();

/** Two parts of a kernel; the second has fewer panels than a processor may have threads. */
const PARTS = [
  { inChannels: 48, outChannels: 160, inputs: { first: 16, end: 48 }, tile: 4 },
  { inChannels: 8, outChannels: 8, inputs: { first: 0, end: 8 }, tile: 2 },
] as const;

function addresses(kernels: TransformedKernels): bigint[] {
  return PARTS.map(({ inChannels, outChannels, inputs, tile }, id) => {
    const shape = [3, 3, inChannels, outChannels],
      values = Float32Array.from(noise(`${id}`, 9 * inChannels * outChannels));
    return kernels.address({ id, constant: { shape, values }, inputs, tile });
  });
}

function transforms(kernels: TransformedKernels): Float32Array[] {
  return addresses(kernels).map((address, i) => {
    const { inputs, outChannels, tile } = PARTS[i];
    const bytes = 4 * productsOf(tile) * (inputs.end - inputs.first) * outChannels;
    return new Float32Array(Deno.UnsafePointerView.getArrayBuffer(Deno.UnsafePointer.create(address)!, bytes));
  });
}

/** Checks kernels against those that one thread transforms; returns them. */
async function checkTransforms(kernels: TransformedKernels): Promise<Float32Array[]> {
  using alone = new TransformedKernels(oneDnn!);
  addresses(alone);
  await alone.compute(ONE_THREAD);
  const found = transforms(kernels), expected = transforms(alone);
  found.forEach((values, i) => {
    assert.ok(values.some((value) => value !== 0) && values.every((value, k) => Object.is(value, expected[i][k])));
  });
  return found;
}

Deno.test({
  name: "threads that share kernels transform them as one thread does, and once",
  ignore,
  async fn() {
    using shared = new TransformedKernels(oneDnn!);
    addresses(shared);
    const team = Team.get(oneDnn!);
    await team.turn(() => shared.compute(team));
    const [found] = await checkTransforms(shared);
    found[0] = 7;
    await team.turn(() => shared.compute(team));
    assert.equal(found[0], 7, "what is there is not computed again");
  },
});

Deno.test({
  name: "kernels are transformed by the next computation if one fails",
  ignore,
  async fn() {
    using kernels = new TransformedKernels(oneDnn!);
    addresses(kernels);
    const lost = { threads: 2, run: () => Promise.reject(new Error("lost")) };
    await assert.rejects(kernels.compute(lost), /lost/);
    await kernels.compute(ONE_THREAD);
    await checkTransforms(kernels);
  },
});
