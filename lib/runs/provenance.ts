import { spawnSync } from "node:child_process";
import { projectFolder } from "../tensorflow/ffi/library.ts";
import { instructionSet } from "../train/machine.ts";
import { runtimeInfo } from "../tensorflow/mod.ts";

/**
 * Date on which the arithmetic of a training last changed, so that an earlier version trains other bits from the same
 * options. Whoever changes it writes the new date here.
 */
export const NUMERICS = "2026-11-26";

/** Everything that a result depends on except configuration and data. */
export interface Provenance {
  deno: string;
  tensorflow: string;
  device: string;
  processor: string;
  /** The widest instructions that TensorFlow's kernels use, such as `AVX2`; a processor's name does not say them. Absent in earlier records. */
  instructions?: string;
  threads: number;
  /** {@linkcode NUMERICS} of the version. Absent in earlier records. */
  numerics?: string;
  platform: string;
  /** The project's commit, with `+changes` if files differ from it; empty outside a git checkout. */
  commit: string;
  /** Date of the result in universal time, such as `2026-11-23`. */
  date: string;
}

/** Returns the current date in universal time, such as `2026-11-23`. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function git(...args: string[]): string {
  try {
    // Git would wait for ever on a network folder that does not answer.
    const { status, stdout } = spawnSync("git", ["-C", projectFolder(), ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 20_000,
    });
    return status === 0 ? stdout.trim() : "";
  } catch {
    return "";
  }
}

/** Returns the versions, the hardware and the commit, which every result records. */
export function provenance(): Provenance {
  const { tensorflow, device, processor, threads } = runtimeInfo();
  const commit = git("rev-parse", "HEAD");
  return {
    deno: Deno.version.deno,
    tensorflow,
    device,
    processor,
    instructions: instructionSet(),
    threads,
    numerics: NUMERICS,
    platform: `${Deno.build.os}-${Deno.build.arch}`,
    commit: commit && git("status", "--porcelain", "--", "lib", "deno.json") ? `${commit}+changes` : commit,
    date: today(),
  };
}
