import { join } from "node:path";
import { projectFolder } from "lib/runs";

/** Finds a Python with NumPy, and perhaps SciPy: that of the benchmarks, or one on the path. */
export async function numpyPython(...more: "scipy"[]): Promise<string | undefined> {
  const names = [Deno.env.get("BENCH_PYTHON"), join(projectFolder(), ".cache/pytorch/bin/python"), "python3", "python"];
  const args = ["-c", `import ${["numpy", ...more].join()}`];
  for (const name of names.filter((name) => name !== undefined)) {
    try {
      const { success } = await new Deno.Command(name, { args, stdout: "null", stderr: "null" }).output();
      if (success) return name;
    } catch {
      // There is no such program.
    }
  }
}
