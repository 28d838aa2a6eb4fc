/**
 * What a user does: check data, train, predict a folder, open the results in other programs. Files that cannot be
 * segmented are named with the way out, and stop no other.
 */
import { join } from "node:path";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { z } from "zod";
import { pinnedPython } from "../../bench/pinned_python.ts";
import { runTask } from "../tasks/run_task.ts";
import type { StressOptions, StressResult } from "./check.ts";
import { SOUND, UNSOUND, writeNewImages, writeTrainingImages } from "./round_trip_images.ts";

/** A training of less than a minute. */
const TRAINING = ["-p", "encoder=mobilenet_v2", "-p", "cropSize=64", "-p", "batchSize=4", "-p", "epochs=12"];
const FILES = ["--write", "labels,table,rois,overlay", "--report"];

/** What `round_trip.py` prints. */
const Opened = z.object({ images: z.number(), objects: z.number(), problems: z.array(z.string()) });

/** Opens the results in Python. Returns a note if its packages cannot be installed. */
async function openResults(output: string): Promise<z.infer<typeof Opened> | string> {
  let python = Deno.env.get("OBJECTS_PYTHON");
  try {
    python ||= await pinnedPython("objects", "scikit-image, tifffile and roifile");
  } catch (error) {
    return `skipped: the results were not opened in other programs (${error instanceof Error ? error.message : error})`;
  }
  const { success, stdout, stderr } = await new Deno.Command(python, {
    args: [join(projectFolder(), "tests/stress/round_trip.py"), output],
  }).output();
  const text = new TextDecoder();
  if (!success) return `round_trip.py failed: ${text.decode(stderr)}`;
  return Opened.parse(JSON.parse(text.decode(stdout)));
}

/** Goes round once, and notes what is not as it should be. */
async function goRound(root: string, seed: number, notes: string[]): Promise<z.infer<typeof Opened> | undefined> {
  const data = join(root, "my-images"), images = join(root, "new-images"), output = join(root, "predictions");
  await writeTrainingImages(data, seed);
  await writeNewImages(images, seed);
  const expect = (holds: boolean, what: string, text: string) => holds || notes.push(`${what}: ${text.slice(-2000)}`);
  const ok = async (name: string, ...args: string[]) => {
    const { code, out, error } = await runTask(name, ...args);
    expect(code === 0, `${name} ends with ${code}`, out + error);
    return out + error;
  };
  await ok("data", "check", data);
  await ok("train", "--data", data, "--results", root, ...TRAINING);
  const run = (await Array.fromAsync(Deno.readDir(root))).find(({ name }) => name.includes("unet"))?.name;
  if (run === undefined) throw new Error(`train made no folder of a run: ${notes.join("\n")}`);
  const model = join(root, run), predict = [model, images, "--output", output, ...FILES];

  for (const round of ["first", "second"]) {
    const { code, out, error } = await runTask("predict", ...predict);
    expect(code === 1, `${round} predict ends with ${code}, not 1`, out + error);
    expect(error.includes(`${UNSOUND.length} images could not be segmented`), `${round} predict counts others`, error);
    for (const place of UNSOUND) {
      const line = error.split("\n").findLast((line) => line.includes(place)) ?? "";
      const wanted = place.includes("channels") ? /--channels/ : /cut off|truncated|damaged|shorter|ends/;
      expect(wanted.test(line), `${round} predict gives no reason or way out for ${place}`, line || error);
    }
    const kept = new RegExp(`Kept the masks of ${SOUND} images`).test(out);
    expect(kept === (round === "second"), `${round} predict keeps other results`, out);
  }
  const chosen = UNSOUND.filter((place) => place.includes("channels")).map((place) => join(images, place));
  await ok("predict", model, ...chosen, "--channels", "1", "--output", join(root, "chosen"));

  const opened = await openResults(output);
  if (typeof opened === "string") {
    notes.push(opened);
    return;
  }
  notes.push(...opened.problems);
  if (opened.images !== SOUND) notes.push(`there are ${opened.images} label images`);
  if (opened.objects < SOUND) notes.push(`there are ${opened.objects} objects only`);
  return opened;
}

export async function run({ count, seed, onProgress }: StressOptions): Promise<StressResult> {
  const notes: string[] = [], counts = { rounds: 0, "images opened": 0, "objects compared": 0 };
  for (let round = 0; round < count; round++) {
    const root = await Deno.makeTempDir();
    try {
      const opened = await goRound(root, seed + round, notes);
      counts.rounds++;
      counts["images opened"] += opened?.images ?? 0;
      counts["objects compared"] += opened?.objects ?? 0;
    } finally {
      await Deno.remove(root, { recursive: true });
    }
    onProgress?.((round + 1) / count);
  }
  return {
    name: "round_trip",
    bar:
      `data check, train and predict of ${
        SOUND + UNSOUND.length
      } TIFFs work, those that do not fit are named with the ` +
      "way out, and tifffile, roifile and scikit-image find the same objects in all files",
    passed: notes.every((note) => note.startsWith("skipped")),
    counts,
    notes,
  };
}
