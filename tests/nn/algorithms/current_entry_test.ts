import assert from "node:assert/strict";
import { DIRECT, EARLIER_AVX2 } from "lib/nn/algorithms/algorithm_table.ts";
import { currentAlgorithms, machineEntry, withAlgorithms } from "lib/nn/algorithms/current_entry.ts";
import { chooseEntry } from "lib/nn/algorithms/choose_entry.ts";
import { runtimeInfo } from "lib/tensorflow";
import { projectFolder } from "lib/runs";

Deno.test("convolutions use the machine's entry, except within withAlgorithms()", () => {
  assert.deepEqual(currentAlgorithms().entry.name, machineEntry());
  const inner = withAlgorithms({ entry: EARLIER_AVX2, inference: true }, () => [
    currentAlgorithms(),
    withAlgorithms({ entry: DIRECT }, currentAlgorithms),
    currentAlgorithms(),
  ]);
  assert.deepEqual(inner.map(({ entry, inference }) => [entry.name, inference]), [
    [EARLIER_AVX2, true],
    [DIRECT, false],
    [EARLIER_AVX2, true],
  ]);
  assert.throws(() =>
    withAlgorithms({ entry: DIRECT }, () => {
      throw new Error("stopped");
    })
  );
  assert.equal(currentAlgorithms().entry.name, machineEntry());
});

Deno.test("CONVOLUTION_ALGORITHMS names the entry of new work, whatever the threads", async () => {
  const ask = async (name: string) => {
    const source = 'import { machineEntry } from "lib/nn/algorithms/current_entry.ts";' +
      "console.log(machineEntry(), machineEntry(64));";
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", source],
      cwd: projectFolder(),
      env: { CONVOLUTION_ALGORITHMS: name },
    }).output();
    return [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  };
  assert.match(await ask(EARLIER_AVX2), new RegExp(`${EARLIER_AVX2} ${EARLIER_AVX2}`));
  assert.match(await ask("none"), /no entry "none": give direct/);
  const given = Deno.env.get("CONVOLUTION_ALGORITHMS");
  if (!given) assert.equal(machineEntry(64), chooseEntry({ ...runtimeInfo(), threads: 64 }));
});
