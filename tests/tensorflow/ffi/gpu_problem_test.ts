import assert from "node:assert/strict";
import { gpuProblem, readDriver } from "lib/tensorflow/ffi/gpu_problem.ts";
import { findLibrary } from "lib/tensorflow/ffi/library.ts";
import { runtimeInfo } from "lib";
import { temporaryFolder } from "../../io/temporary_folder.ts";

Deno.test("why no GPU is used is said with what to do: no driver, an old one, no GPU, a library that is broken", () => {
  const sound = { cuda: 12090, error: 0, devices: 1 };
  const cases: [Parameters<typeof gpuProblem>, RegExp][] = [
    [
      [{ error: 0, devices: 0 }, ["libcudnn.so.9: libcuda.so.1 is missing"]],
      /there is no NVIDIA driver .*: install one/,
    ],
    [
      [{ cuda: 11080, error: 0, devices: 1 }, []],
      /the NVIDIA driver supports CUDA 11\.8, .*: update it to 525 or newer/,
    ],
    [[{ ...sound, error: 100, devices: 0 }, []], /finds no GPU \(CUDA error 100\): check the output of nvidia-smi/],
    [[{ ...sound, devices: 0 }, []], /finds no GPU: check/],
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

Deno.test("the GPU build is preferred, with TENSORFLOW_DEVICE=cpu the CPU's; each does without the other", async () => {
  await using folder = await temporaryFolder();
  const root = `${await Deno.realPath(folder.path)}/`;
  const { path } = findLibrary();
  const file = path.slice(path.lastIndexOf("/") + 1);
  const add = async (build: string) => {
    await Deno.mkdir(`${root}.tensorflow/${build}`, { recursive: true });
    await Deno.writeTextFile(`${root}.tensorflow/${build}/${file}`, "");
  };
  const found = (device?: string) => findLibrary((name) => name === "TENSORFLOW_DEVICE" ? device : undefined, root);
  const library = (build: string) => ({ path: `${root}.tensorflow/${build}/${file}`, gpu: build === "gpu" });
  assert.throws(() => found(), /not installed yet/);
  await add("gpu");
  assert.deepEqual([found(), found("cpu")], [library("gpu"), library("gpu")]);
  await add("cpu");
  assert.deepEqual([found(), found("cpu")], [library("gpu"), library("cpu")]);
  await Deno.remove(`${root}.tensorflow/gpu`, { recursive: true });
  assert.deepEqual([found(), found("cpu")], [library("cpu"), library("cpu")]);
});
