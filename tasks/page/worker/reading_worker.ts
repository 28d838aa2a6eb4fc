/** The page's worker that reads files, also while the network opens. */
import { decodeImage, readImageHeader } from "lib/images/decode_image.ts";
import { ImageError } from "lib/images/image.ts";
import { displayPixels } from "lib/plots/overlay/display_pixels.ts";
import type { OpenedFile, Picture, PictureChoice, ReadingWork } from "../messages.ts";
import { MOST_PAGE_PIXELS } from "../page_model.ts";
import { pictureFactor } from "../picture_factor.ts";
import { answerQuestions, reason } from "./answer_questions.ts";
import { leaveAvx } from "./leave_avx.ts";

/** A stack may have any number of pages, as one is decoded at a time. */
const LIMITS = { maxPixels: Infinity } as const;

async function openFile(file: File): Promise<OpenedFile> {
  const { pages, channels, alpha, width, height } = await readImageHeader(await readFile(file), file.name, LIMITS);
  // More channels than four count proportionally, as in the limit of files.
  if (width * height * Math.max(1, channels / 4) > MOST_PAGE_PIXELS) {
    throw new ImageError(
      `${file.name} has ${width} × ${height} pixels, and this page takes at most ` +
        `${MOST_PAGE_PIXELS.toLocaleString("en")}: cut it into smaller images`,
    );
  }
  return { pages, channels: channels - (alpha ? 1 : 0), width, height };
}

async function readFile(file: File): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new ImageError(`${file.name} cannot be read: choose it again, or copy it to this computer first`);
  }
}

async function decode({ file, page, channels }: PictureChoice): Promise<ReadingWork["decode"]["answer"]> {
  const bytes = await readFile(file);
  leaveAvx();
  const image = await decodeImage(bytes, file.name, { ...LIMITS, page, ...(channels && { channels }) })
    .catch((error) => {
      throw new ImageError(inWordsOfThePage(reason(error)));
    });
  return { image, picture: displayPixels(image, pictureFactor(image)) as Picture };
}

/** Names the page's list of channels in the place of the command's option. */
function inWordsOfThePage(message: string): string {
  return message.replace(/choose (.*)with --channels.*$/, "choose $1in the list of channels");
}

answerQuestions<ReadingWork>({
  open: ({ file }) => openFile(file),
  decode: ({ picture }) => decode(picture),
});
