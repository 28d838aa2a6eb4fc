import assert from "node:assert/strict";
import { gpuProblem, readDriver } from "lib/runtime/gpu_problem.ts";
import { findLibrary } from "lib/runtime/library.ts";
import { runtimeInfo } from "lib";

Deno.test("why no GPU is used is said with what to do: no driver, an old one, no GPU, a library that is broken", () => {
  const sound = { cuda: 12090, error: 0, devices: 1 };
  const cases: [Parameters<typeof gpuProblem>, RegExp][] = [
    [
      [{ error: 0, devices: 0 }, ["libcudnn.so.9: libcuda.so.1 is missing"]],
      /there is no NVIDIA driver .*: install one/,
    ],
    [[{ cuda: 11080, error: 0, devices: 1 }, []], /the NVIDIA driver knows CUDA 11\.8 .*: update it to 525 or newer/],
    [[{ ...sound, error: 100, devices: 0 }, []], /finds no GPU \(CUDA error 100\): see what nvidia-smi says/],
    [[{ ...sound, devices: 0 }, []], /finds no GPU: see/],
    [
      [sound, ["cudnn.so: file too short"]],
      /do not open: cudnn\.so: file too short\. Delete .*run "deno task setup --gpu"/,
    ],
    [[sound, []], /TF_CPP_MIN_LOG_LEVEL=0/],
  ];
  for (const [state, expected] of cases) {
    const problem = gpuProblem(...state);
    assert.match(problem, expected);
    assert.match(problem, /^No GPU is used, TensorFlow runs on the CPU: .*TENSORFLOW_DEVICE=cpu/);
  }
});

Deno.test("a driver that does not open is none", () => {
  assert.deepEqual(readDriver("/nowhere/libcuda.so.1"), { error: 0, devices: 0 });
});

Deno.test("only a GPU build that runs on the CPU is warned of", () => {
  const { device, warning } = runtimeInfo();
  const hidden = Deno.env.get("TENSORFLOW_DEVICE") === "cpu";
  assert.equal(warning !== "", findLibrary().gpu && device === "CPU" && !hidden);
});

Deno.test("TENSORFLOW_DEVICE=cpu prefers the CPU build, and does with the other one", () => {
  const asked = findLibrary((name) => name === "TENSORFLOW_DEVICE" ? "cpu" : undefined);
  assert.match(asked.path, /libtensorflow_cc/);
});
