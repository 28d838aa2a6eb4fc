/**
 * Images: file formats, normalisation, the kind of microscopy, contrast.
 * @module
 */
export { type Contrast, measureContrast } from "./contrast.ts";
export { type ContrastFloor, isEmptyField, learnContrastFloor } from "./contrast_floor.ts";
export { decodeChannels, decodeImage, decodeLabels, type ImageHeader, readImageHeader } from "./decode_image.ts";
export { foreground, foregroundShare } from "./foreground.ts";
export { type Format, FORMATS } from "./formats/formats.ts";
export { hotPixels, removeHotPixels } from "./hot_pixels.ts";
export { type ChannelImage, type Image, ImageError, type LabelImage } from "./image.ts";
export { detectModality, MODALITIES, type Modality } from "./modality.ts";
export { type Normalization, NORMALIZATIONS, normalizeImage } from "./normalize.ts";
export type { PixelSize } from "./pixel_size.ts";
export { type ImageSource, imageSource } from "./source/image_source.ts";
export { openImage } from "./source/open_image.ts";
export type { OpenImageOptions } from "./source/tiff_source.ts";
export type { Rectangle } from "./rectangle.ts";
export type { StackAxes } from "./stack_axes.ts";
export { readImage, type ReadImageOptions } from "./read_image.ts";
