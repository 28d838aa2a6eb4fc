import { OUTPUTS } from "../predict/files/outputs.ts";
import { PRECISIONS } from "lib/tensorflow/ffi/precision.ts";
import { ConfigError } from "lib/train/config_error.ts";
import { defineCommand, type Option } from "./command.ts";
import { acceptEarlier, channels } from "./data_options.ts";
import { choice, flag, number, path, words } from "./options.ts";

/** Reads `--percentiles 1,99.8`. */
const percentiles: Option<readonly [dark: number, bright: number] | undefined> = {
  value: "1,99.8",
  about: "the percentiles of an image that the model sees as dark and bright",
  shown: "1,99.8, as in training",
  read(given, name) {
    if (given.length === 0) return undefined;
    const found = given.at(-1)!.split(",").map((text) => text.trim() === "" ? NaN : Number(text));
    const [dark, bright] = found;
    if (found.length === 2 && dark >= 0 && dark < bright && bright <= 100) return [dark, bright];
    throw new ConfigError(`${name} is "${given.at(-1)}": give two rising numbers from 0 to 100, such as 1,99.8`);
  },
};

export const predictCommand = defineCommand({
  name: "predict",
  about: "Segments images with a trained model. Writes a mask (0 and 255) of each image, and of each page of a TIFF. " +
    "With --write also label images, outlines and measurements of the objects.",
  arguments: [
    { name: "MODEL", about: "the folder of a run, of an ensemble or of a study, or a model.safetensors", path: true },
    {
      name: "IMAGE",
      about: "images, patterns (plates/*.tif), or folders with images at any depth; masks next to images are left out",
      several: true,
      path: true,
    },
  ],
  options: {
    output: { ...path("FOLDER", "folder of the masks", "predictions"), earlier: "to" },
    threshold: number("P", "pixels with a larger probability are foreground", {
      what: "a number from 0 to 1, such as 0.5",
      shown: "the model's, tuned on its validation images",
      fits: (threshold) => threshold >= 0 && threshold <= 1,
    }),
    channels,
    percentiles,
    level: number("N", "the level of an image pyramid (OME-TIFF, SVS): 0 is the full size, 1 the next smaller", {
      what: "a whole number from 0 on",
      shown: "0",
      fits: (level) => Number.isInteger(level) && level >= 0,
    }),
    symmetries: flag(
      "average over rotations and reflections (test-time augmentation): better, and eight times the work",
    ),
    precision: choice(
      PRECISIONS,
      "the numbers in which the network multiplies; mixed is faster on a GPU and where the processor has bfloat16",
      "float32",
    ),
    "accept-earlier": acceptEarlier,
    probabilities: flag("also write the probability of foreground, as a 16-bit PNG"),
    write: words(OUTPUTS, "also write files of the objects, separated by commas"),
    report: flag("also write report.html, with pictures, counts and distributions"),
    "pixel-size": number("µm", "the side of a pixel, for measurements and scale bars", {
      what: "a number above 0, in µm, such as 0.325",
      shown: "that of the image's file",
      fits: (side) => side > 0 && Number.isFinite(side),
    }),
    connected: flag("count touching objects as one; by default they are divided where they narrow"),
  },
  example: "deno task predict results/RUN new-images --output masks --write labels,table",
});
