import { unzipSync } from "fflate";
import { ImageError } from "lib";
import { decodeImage, decodeLabels, readImageHeader } from "lib/images";
import { CRAFTED_BMP, CRAFTED_PNG, CRAFTED_TIFF } from "./crafted_images.ts";
import { damage } from "./damage.ts";
import type { DamagedFormat } from "./suite.ts";

const fixtures = Object.entries(unzipSync(await Deno.readFile(new URL("../../fixtures/images.zip", import.meta.url))));

function describeFormat(extension: string, crafted: DamagedFormat["crafted"] = []): DamagedFormat {
  const sound = fixtures.filter(([name]) => name.endsWith(`.${extension}`)).map(([, bytes]) => bytes);
  return {
    crafted,
    make: (random) => ({
      name: `image.${extension}`,
      bytes: damage(sound[random.integer(sound.length)], random, sound),
    }),
    async read(path, bytes) {
      let decoded = 0;
      const { pages, channels } = await readImageHeader(bytes, path);
      const refusals: unknown[] = [];
      for (const decode of [decodeImage, decodeLabels]) {
        try {
          const options = { page: Math.min(1, pages - 1), ...(channels === 2 && { channels: [1] }) };
          decoded += (await decode(bytes, path, options)).data.byteLength;
        } catch (error) {
          refusals.push(error);
        }
      }
      // An image that is refused only as a mask was read.
      if (refusals.length === 2) throw refusals[0];
      for (const refusal of refusals) if (!(refusal instanceof ImageError)) throw refusal;
      return { value: undefined, decoded };
    },
    isNamed: (error, path) => error instanceof ImageError && error.message.startsWith(path),
  };
}

/** Images by format. */
export const FORMATS: Readonly<Record<string, DamagedFormat>> = {
  PNG: describeFormat("png", CRAFTED_PNG),
  TIFF: describeFormat("tif", CRAFTED_TIFF),
  JPEG: describeFormat("jpg"),
  BMP: describeFormat("bmp", CRAFTED_BMP),
};
