/**
 * Sets up the parts that the project needs in addition to Deno: TensorFlow's library, one real image pair, and a Python
 * environment with JupyterLab, unless the command runs no notebooks. If set-up is complete it returns at once; if it was
 * interrupted it repairs itself.
 */
import { join } from "node:path";
import { exists } from "lib/io/exists.ts";
import { projectFolder, TENSORFLOW_VERSION } from "lib/tensorflow/ffi/library.ts";
import { replaceText } from "lib/io/replace_file.ts";
import type { LineFor } from "./commands/command.ts";
import { setupCommand } from "./commands/others.ts";
import { runTask, task } from "./commands/task.ts";
import { say, warn } from "./say.ts";
import { commandExists, explain, runCommand, StoppedError } from "./setup/command.ts";
import { configureJupyter, hasMoved } from "./setup/jupyter_settings.ts";
import { lockSetup } from "./setup/setup_lock.ts";
import { UserError } from "lib/io/user_error.ts";
import { isSupported, readAddresses } from "lib/onednn/function_addresses.ts";

const root = projectFolder().replace(/\/$/, "");
const requirements = (name: string) => join(root, "tasks/requirements", `${name}.txt`);
const venv = join(root, ".venv");
const python = join(venv, "bin/python");
/** Files that determine the virtual environment. */
const jupyterSources = [
  requirements("jupyter"),
  join(root, "tasks/setup.ts"),
  join(root, "tasks/setup/jupyter_settings.ts"),
];
/** The Python tag of the downloaded wheels, on which their libraries do not depend. */
const WHEEL_PYTHON = ["--python-version", "3.12", "--implementation", "cp"];

/** What to do when a download takes too long. */
const NETWORK = "check the network connection, and run the same command again";

class SetupError extends UserError {}

/** Returns whether `folder` is complete for this stamp, which is written last. */
async function isCurrent(folder: string, stamp: string): Promise<boolean> {
  try {
    return await Deno.readTextFile(join(folder, ".complete")) === stamp;
  } catch {
    return false;
  }
}

async function requirementsStamp(...files: string[]): Promise<string> {
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  const bytes = new TextEncoder().encode(texts.join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex() + "\n" + root;
}

/** Prints the current step, with its seconds in a terminal. */
async function announce<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const watched = Deno.stderr.isTerminal();
  const seconds = () => `${Math.round((Date.now() - start) / 1000)} s`;
  if (!watched) write(`${what} …\n`);
  const timer = watched ? setInterval(() => write(`\r${what} … ${seconds()} `), 500) : undefined;
  try {
    const result = await work();
    if (watched) write(`\r${what}: ${seconds()}     \n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

function checkPlatform(): void {
  const { os, arch } = Deno.build;
  if (os === "windows") {
    throw new SetupError("TensorFlow has no library for Windows: install WSL2 (wsl --install) and run this inside it.");
  }
  const known = (os === "linux" && (arch === "x86_64" || arch === "aarch64")) ||
    (os === "darwin" && arch === "aarch64");
  if (!known) {
    throw new SetupError(
      `TensorFlow ${TENSORFLOW_VERSION} has no library for ${os} on ${arch}: use Linux on x86-64 or Arm, or macOS on Apple silicon.`,
    );
  }
}

async function findPython(): Promise<string> {
  for (const candidate of ["python3", "python"]) {
    try {
      const version = await runCommand(candidate, ["-c", "import sys; print(*sys.version_info[:2])"], { seconds: 60 });
      const [major, minor] = version.trim().split(" ").map(Number);
      if (major === 3 && minor >= 10) return candidate;
      throw new SetupError(`Python ${major}.${minor} is too old: install Python 3.10 or newer.`);
    } catch (error) {
      if (error instanceof SetupError || error instanceof StoppedError) throw error;
    }
  }
  throw new SetupError(
    "There is no Python: install Python 3.10 or newer (Debian and Ubuntu: apt install python3 python3-venv).",
  );
}

/** Makes the virtual environment, only with pip. */
async function makeVenv(hasUv: boolean): Promise<void> {
  if (await exists(python) && !await hasMoved(venv)) {
    try {
      await runCommand(python, ["-m", "pip", "--version"]);
      return;
    } catch (error) {
      if (error instanceof StoppedError) throw error;
      // It is broken: make it again.
    }
  }
  await Deno.remove(venv, { recursive: true }).catch(() => {});
  if (hasUv) await runCommand("uv", ["venv", "--seed", "--python", ">=3.10", venv]);
  else await runCommand(await findPython(), ["-m", "venv", venv]);
}

async function installJupyter(hasUv: boolean): Promise<void> {
  const stamp = await requirementsStamp(...jupyterSources);
  if (await isCurrent(venv, stamp)) return;
  await announce("Installing JupyterLab", async () => {
    const args = ["install", "--quiet", "--require-hashes", "-r", requirements("jupyter")];
    const limit = { what: "Installing JupyterLab", wayOut: NETWORK };
    if (hasUv) await runCommand("uv", ["pip", ...args, "--python", python], limit);
    else await runCommand(python, ["-m", "pip", "--disable-pip-version-check", ...args], limit);
    await configureJupyter(venv, root);
  });
  await replaceText(join(venv, ".complete"), stamp);
}

function wheelPlatforms(): string[] {
  const { os, arch } = Deno.build;
  // pip compares tags literally, so every glibc from 2.5 to 2.28 is named, some also by older names.
  const glibcs = Array.from({ length: 24 }, (_, i) => `manylinux_2_${28 - i}`);
  const tags = os === "darwin"
    ? ["macosx_13_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64"]
    : [...glibcs, "manylinux2014", "manylinux2010", "manylinux1"].map((tag) => `${tag}_${arch}`);
  return tags.flatMap((tag) => ["--platform", tag]);
}

/** Downloads the wheels of a requirements file and unpacks the matching files, either all or none. */
async function unpackWheels(
  what: string,
  name: string,
  folder: string,
  parts: { pattern: string; into: string; wheel: RegExp }[],
) {
  const stamp = await requirementsStamp(requirements(name));
  if (await isCurrent(folder, stamp)) return;
  await announce(what, async () => {
    const partial = `${folder}.partial`;
    await Deno.remove(partial, { recursive: true }).catch(() => {});
    await Deno.mkdir(partial, { recursive: true });
    const wheels = join(partial, "wheels");
    await runCommand(python, [
      "-m",
      "pip",
      "--disable-pip-version-check",
      "download",
      "--quiet",
      "--no-deps",
      "--only-binary=:all:",
      "--require-hashes",
      "--no-cache-dir",
      ...WHEEL_PYTHON,
      ...wheelPlatforms(),
      "--dest",
      wheels,
      "-r",
      requirements(name),
    ], { what, wayOut: NETWORK, seconds: 7200 });
    for await (const { name: file } of Deno.readDir(wheels)) {
      for (const { pattern, into, wheel } of parts) {
        if (!wheel.test(file)) continue;
        await runCommand(python, [
          join(root, "tasks/setup/unpack_wheel.py"),
          join(wheels, file),
          join(partial, into),
          pattern,
        ]);
      }
    }
    await Deno.remove(wheels, { recursive: true });
    await replaceText(join(partial, ".complete"), stamp);
    await Deno.remove(folder, { recursive: true }).catch(() => {});
    await Deno.rename(partial, folder);
  });
}

const TENSORFLOW_FILES = String.raw`^tensorflow/libtensorflow_(cc|framework)\.(so\.2|2\.dylib)$`;

async function installTensorFlow(gpu: boolean): Promise<void> {
  if (Deno.env.get("TENSORFLOW_LIBRARY")) return;
  if (gpu) {
    await unpackWheels("Fetching TensorFlow and CUDA (3 GB)", "tensorflow-gpu", join(root, ".tensorflow/gpu"), [
      { wheel: /^tensorflow-/, pattern: TENSORFLOW_FILES, into: "." },
      { wheel: /^nvidia_/, pattern: String.raw`/lib/[^/]*\.so[.\d]*$`, into: "cuda" },
      // The compiler of XLA, in the folders that it searches.
      { wheel: /^nvidia_cuda_nvcc/, pattern: String.raw`/bin/(ptxas|nvlink)$`, into: "cuda/bin" },
      { wheel: /^nvidia_cuda_nvcc/, pattern: String.raw`/nvvm/libdevice/.*\.bc$`, into: "cuda/nvvm/libdevice" },
    ]);
  } else {
    const folder = join(root, ".tensorflow/cpu");
    await unpackWheels("Fetching TensorFlow (270 MB)", "tensorflow-cpu", folder, [
      { wheel: /^tensorflow/, pattern: TENSORFLOW_FILES, into: "." },
    ]);
    // Else the first prediction takes a second more.
    if (isSupported()) readAddresses(join(folder, "libtensorflow_cc.so.2"));
  }
}

async function installRealPair(): Promise<void> {
  const folder = join(root, "data/stardist");
  await unpackWheels("Fetching a real image pair", "stardist", folder, [
    { wheel: /^stardist/, pattern: String.raw`^stardist/data/images/img2d\.tif$`, into: "images" },
    { wheel: /^stardist/, pattern: String.raw`^stardist/data/images/mask2d\.tif$`, into: "masks" },
  ]);
  // Images and masks are paired by name.
  for (const [part, from] of [["images", "img2d.tif"], ["masks", "mask2d.tif"]]) {
    const path = join(folder, part, from);
    if (await exists(path)) await Deno.rename(path, join(folder, part, "nuclei2d.tif"));
  }
}

/**
 * Stores what npm says of each package. Deno asks for it when a command first imports a package; without a network, each of
 * these imports would print a line about a download.
 */
async function fetchPackages(): Promise<void> {
  const limit = { cwd: root, what: "Asking npm for its packages", wayOut: NETWORK };
  await runCommand(Deno.execPath(), ["install", "--quiet"], limit);
}

async function hasNvidia(): Promise<boolean> {
  return Deno.build.os === "linux" && Deno.build.arch === "x86_64" && await exists("/dev/nvidia0");
}

/** Returns whether set-up is complete. */
async function isComplete(gpu: boolean, notebooks: boolean): Promise<boolean> {
  // Its pip also downloads weights.
  if (!await exists(python)) return false;
  const library = gpu ? "gpu" : "cpu";
  const parts: [string, string[]][] = [
    ...(notebooks ? [[venv, jupyterSources] as [string, string[]]] : []),
    [join(root, "data/stardist"), [requirements("stardist")]],
    ...(Deno.env.get("TENSORFLOW_LIBRARY")
      ? []
      : [[join(root, ".tensorflow", library), [requirements(`tensorflow-${library}`)]] as [string, string[]]]),
  ];
  const current = await Promise.all(
    parts.map(async ([folder, files]) => isCurrent(folder, await requirementsStamp(...files))),
  );
  return current.every(Boolean);
}

/** Returns the message for a node of a cluster, on which nothing may be downloaded. */
function missingOnNode(gpu: boolean): string {
  const build = gpu ? "--gpu" : "--cpu";
  return `Set-up is not complete for ${Deno.hostname()}, and SETUP_CHECK_ONLY=1 downloads nothing: call ` +
    `"deno task setup ${build}" in ${root} on a computer with internet, such as the login node.`;
}

/**
 * Sets up all missing parts. Returns the message of a problem, or `undefined`.
 *
 * @param options the build of TensorFlow, default the one that fits the computer; whether JupyterLab is needed too, default
 * `true`; and whether npm is asked for its packages even if no part is missing, default `false`
 */
export async function setup(
  { device = "detect", notebooks = true, alwaysPackages = false }: {
    device?: "cpu" | "gpu" | "detect";
    notebooks?: boolean;
    alwaysPackages?: boolean;
  } = {},
): Promise<string | undefined> {
  try {
    checkPlatform();
    const gpu = device === "gpu" || (device === "detect" && await hasNvidia());
    const checksOnly = Deno.env.get("SETUP_CHECK_ONLY") === "1";
    if (await isComplete(gpu, notebooks)) {
      if (alwaysPackages && !checksOnly) await fetchPackages();
      return;
    }
    if (checksOnly) {
      // A job without a GPU may be on a node that has some.
      if (gpu && Deno.env.get("TENSORFLOW_DEVICE") === "cpu" && await isComplete(false, notebooks)) return;
      throw new SetupError(missingOnNode(gpu));
    }
    using _lock = await lockSetup(
      join(root, ".cache/setup.lock"),
      (process) => warn(`Another set-up is running${process && ` (process ${process})`}: waiting for it to end …`),
    );
    const current = await isCurrent(venv, await requirementsStamp(...jupyterSources));
    const hasUv = !current && await commandExists("uv");
    if (!current) await makeVenv(hasUv);
    await Promise.all([
      fetchPackages(),
      installTensorFlow(gpu),
      installRealPair(),
      ...(notebooks ? [installJupyter(hasUv)] : []),
    ]);
  } catch (error) {
    return explain(error);
  }
}

/** Runs a command line of `deno task setup`. */
export async function runSetup({ options: { gpu, cpu } }: LineFor<typeof setupCommand>): Promise<void> {
  // Packages may be missing where the rest is complete: with another cache of Deno, or after an update.
  const problem = await setup({ device: gpu ? "gpu" : cpu ? "cpu" : "detect", alwaysPackages: true });
  if (problem === undefined) return say("Set-up is complete: TensorFlow, one real image pair and JupyterLab");
  warn(problem);
  Deno.exit(1);
}

if (import.meta.main) await runTask(task(setupCommand, () => Promise.resolve(runSetup)));
