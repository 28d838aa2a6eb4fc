import type { Segmenter } from "lib";
import type { LargeImage } from "./large_image.ts";
import type { StagedProducts } from "./staged_products.ts";
import { LargeTiff } from "./tiff_files.ts";

/** Writes the mask and the probabilities of a large image while its pages are predicted. */
export class MapFiles {
  readonly #files: StagedProducts;
  readonly #segmenter: Pick<Segmenter, "task" | "taskDefinition">;
  #mask?: LargeTiff;
  #probability?: LargeTiff;

  private constructor(files: StagedProducts, segmenter: Pick<Segmenter, "task" | "taskDefinition">) {
    this.#files = files;
    this.#segmenter = segmenter;
  }

  /** @param wantsProbability whether the probabilities are written too */
  static async open(
    { name, pages, axes }: Pick<LargeImage, "name" | "pages" | "axes">,
    size: { width: number; height: number },
    files: StagedProducts,
    { wantsProbability, ...segmenter }: Pick<Segmenter, "task" | "taskDefinition"> & { wantsProbability: boolean },
  ): Promise<MapFiles> {
    const maps = new MapFiles(files, segmenter);
    const open = async (part: "mask" | "probability", samples: "uint8" | "float32") =>
      await files.attempt([part], () => {
        const { width, height } = size;
        return new LargeTiff(files.stage(`${name}_${part}.tif`, [part]), { width, height, samples, pages, axes });
      });
    maps.#mask = await open("mask", "uint8");
    if (wantsProbability) maps.#probability = await open("probability", "float32");
    return maps;
  }

  /** Adds rows of the mask of a page, counted from 0. */
  async addMask(rows: Uint8Array, page: number): Promise<void> {
    await this.#files.attempt(["mask"], () => this.#mask!.add(rows, page));
  }

  /**
   * Adds rows of probabilities of a page, if they are written.
   *
   * @param rows `[any number of rows, width, classes]`
   * @param page counted from 0
   */
  async addProbability(rows: Float32Array, page: number): Promise<void> {
    const { logits } = this.#segmenter.taskDefinition, probability = this.#probability;
    if (!probability) return;
    await this.#files.attempt(["probability"], () => probability.add(rows, page, logits));
  }

  /** Ends the files. */
  async finish({ pixelSize }: Pick<LargeImage, "pixelSize">): Promise<void> {
    const { task, taskDefinition: { logits, scored, channels: names } } = this.#segmenter;
    const channels = logits === 1 ? [""] : names, white = task === "classes" ? scored.length : 255;
    await this.#files.attempt(["mask"], () => this.#mask!.finish({ pixelSize, range: [0, white] }));
    if (!this.#probability) return;
    await this.#files.attempt(["probability"], () => {
      this.#probability!.finish({ pixelSize, channels, range: [0, 1] });
    });
  }
}
