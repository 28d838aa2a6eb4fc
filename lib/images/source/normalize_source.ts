import type { ContrastFloor } from "../contrast_floor.ts";
import { minimumRange } from "../contrast_floor.ts";
import {
  checkNormalization,
  clippedScale,
  IntensityHistogram,
  type IntensityScale,
  type IntensityShares,
  linearScale,
  NORMAL_ENDS,
  type Normalization,
  scaleIntensities,
  standardScale,
} from "../normalize.ts";
import type { Rectangle } from "../rectangle.ts";
import type { ImageSource } from "./image_source.ts";
import { SourceStatistics } from "./source_statistics.ts";

/**
 * Prepares the normalisation of an image that need not be in memory: measures it over all pixels, as `normalizeImage`
 * does.
 *
 * @param source the image, which is read several times from top to bottom
 * @param floor contrast of the images that a model is trained on
 * @param ends shares of the pixels whose percentiles become 0 and 1. Default: 0.01 and 0.998
 * @returns a function that reads a part and normalises it: float32 `[height, width, channels]`
 * @throws {OptionError} for an unknown method.
 */
export async function normalizeSource(
  source: ImageSource,
  method: Normalization,
  floor?: ContrastFloor,
  ends: IntensityShares = NORMAL_ENDS,
): Promise<(part: Rectangle) => Promise<Float32Array>> {
  checkNormalization(method);
  const statistics = SourceStatistics.for(source);
  const read = method === "robust" ? await statistics.withoutHotPixels() : source;
  const scale = method === "robust"
    ? clippedScale(
      await SourceStatistics.for(read).quantiles(ends),
      floor ? minimumRange(await statistics.contrast(), floor) : 0,
      source.bits,
    )
    : method === "zscore"
    ? await measureStandardScale(statistics, source)
    : await measureLinearScale(statistics, source, method === "percentile" ? ends : undefined);
  return async (part) => scaleIntensities((await read.read(part)).data, scale);
}

async function measureStandardScale(
  statistics: SourceStatistics,
  { width, height, channels }: ImageSource,
): Promise<IntensityScale> {
  const count = width * height * channels;
  let sum = 0, squares = 0;
  await statistics.scan(({ data }) => {
    for (let i = 0; i < data.length; i++) sum += data[i];
  });
  const mean = sum / count;
  await statistics.scan(({ data }) => {
    for (let i = 0; i < data.length; i++) squares += (data[i] - mean) ** 2;
  });
  return standardScale(mean, squares / count);
}

async function measureLinearScale(
  statistics: SourceStatistics,
  { bits }: ImageSource,
  ends: IntensityShares | undefined,
): Promise<IntensityScale> {
  const range = await statistics.intensityRange();
  if (!ends) return linearScale(...range, bits);
  const histogram = new IntensityHistogram(bits, range);
  await statistics.scan(({ data }) => histogram.add(data));
  const [dark, bright] = histogram.quantiles(ends);
  return linearScale(dark, bright, bits);
}
