import { basename, dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Segmenter, TrainedModel } from "lib";
import { bioimageioPackage } from "lib/bioimageio";
import { packageLicense } from "lib/bioimageio/card_license.ts";
import { MODEL, saveModel } from "lib/nn/weights/model_file.ts";
import { readRun } from "lib/runs/run_store.ts";
import { recommendationCard } from "lib/study/recommend/recommendation_card.ts";
import { projectFolder } from "lib/tensorflow/ffi/library.ts";
import { say } from "../say.ts";
import { readRecommended } from "./read_recommended.ts";
import { readRunCard } from "./run_card.ts";

/** The authors in a file of the Citation File Format: persons, and entities with one name. */
const Authors = z.object({
  authors: z.array(z.union([
    z.object({ name: z.string() }).transform(({ name }) => name),
    z.object({ "given-names": z.string(), "family-names": z.string() })
      .transform((person) => `${person["given-names"]} ${person["family-names"]}`),
  ])).min(1),
});

/** Reads the authors that the project's `CITATION.cff` names. */
async function citedAuthors(): Promise<string[]> {
  return Authors.parse(parse(await Deno.readTextFile(join(projectFolder(), "CITATION.cff")))).authors;
}

/** Returns the content of a model's file: written anew, as an earlier file may contain options of its training. */
async function modelContent(
  segmenter: TrainedModel,
  objectParameters: Segmenter["objectParameters"],
): Promise<Uint8Array> {
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    await saveModel(path, segmenter.model, { ...segmenter.use, ...(objectParameters && { objectParameters }) });
    return await Deno.readFile(path);
  } finally {
    await Deno.remove(path);
  }
}

/** Writes the card of the model that a study recommends; `undefined` if the folder is of no study. */
async function studyCard(folder: string): Promise<string | undefined> {
  const study = await readRecommended(folder);
  return study && recommendationCard(study.recommendation, study.analysis);
}

/** What the command line says of a package. */
export interface PackageLine {
  name: string;
  /** The model's file, or the ensemble's folder. */
  path: string;
  objectParameters: Segmenter["objectParameters"];
  author: readonly string[];
  license?: string;
  tag: readonly string[];
  "pixel-size"?: number;
}

/** Packs a model for bioimage.io, with the card and the date of its training, and says what the user may add. */
export async function packageBytes(
  segmenter: Segmenter,
  { name, path, objectParameters, author, license: given, tag, "pixel-size": pixelSize }: PackageLine,
): Promise<Uint8Array> {
  const folder = basename(path) === MODEL ? dirname(path) : path;
  const record = await readRun(folder, { acceptWithoutDigest: true });
  const own = record && await readRunCard(folder), card = own ? own.text : await studyCard(folder);
  const license = packageLicense(given, card, own?.path);
  const authors = author.length ? [...author] : await citedAuthors();
  const date = record?.provenance.date;
  const bytes = await bioimageioPackage(segmenter, {
    name,
    authors,
    license,
    tags: tag,
    pixelSize,
    objectParameters,
    card,
    ...(segmenter instanceof TrainedModel && { modelFile: await modelContent(segmenter, objectParameters) }),
    ...(date && { timestamp: new Date(date).toISOString() }),
  });
  if (!author.length) say(`Author: ${authors.join(", ")}. Name yourself with --author.`);
  if (!license) {
    const place = own?.text ? ` or write it into the first lines of ${own.path}` : "";
    say(`The licence is not stated. The owner of the training images decides: add --license SPDX${place}.`);
  }
  if (pixelSize === undefined) say("The size of a pixel is not stated: add --pixel-size, in µm.");
  return bytes;
}
