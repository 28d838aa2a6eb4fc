/** The page's worker with the network: it segments and measures, so that the page stays responsive. */
import type { Image } from "lib/images";
import { ImageError } from "lib/images/image.ts";
import { UserError } from "lib/io/user_error.ts";
import type { Picture, SegmentingWork } from "../messages.ts";
import { pictureFactor } from "../picture_factor.ts";
import { countByClass, labelClasses, objectClasses } from "../../predict/files/describe_page.ts";
import { answerQuestions, reason, send } from "./answer_questions.ts";
import { openNetwork } from "./open_network.ts";
import { PageSegmenter } from "./page_segmenter.ts";
import { paintObjects } from "./paint_objects.ts";

let segmenter: PageSegmenter | undefined;

function current(): PageSegmenter {
  if (!segmenter) throw new Error("The model is not open");
  return segmenter;
}

async function segment(image: Image, shown: string): Promise<null> {
  try {
    await current().predict(image, (done, tiles) => send({ kind: "progress", done, tiles }));
  } catch (error) {
    if (error instanceof UserError) throw new ImageError(`${shown} is not segmented: ${error.message}`);
    throw new Error(
      `${shown} (${image.width} × ${image.height} pixels) is not segmented: ${
        reason(error)
      }. The browser may lack memory: ` +
        "close other pages, or cut the image into smaller ones",
      { cause: error },
    );
  }
  return null;
}

answerQuestions<SegmentingWork>({
  async start({ wasm, network, model }) {
    const run = await openNetwork(wasm, network).catch((error) => {
      throw new Error(
        `The model cannot be opened: ${
          reason(error)
        }. The browser may lack memory: close other pages, and segment again`,
        { cause: error },
      );
    });
    segmenter = new PageSegmenter(model, run);
    return null;
  },
  segment: ({ image, shown }) => segment(image, shown),
  find({ choice }) {
    const { model } = current(), { labels, count, about, warnings } = current().find(choice);
    const names = model.channels.slice(1), overlay = paintObjects(labels, pictureFactor(labels), names) as Picture;
    const counts = countByClass(names, labelClasses(labels).values()),
      shown = labels.classes ? objectClasses(names) : [];
    const classes = shown.map(({ name, color }) => ({ name, count: counts[name], color: `rgb(${color})` }));
    return Promise.resolve({ count, classes, about, warnings, overlay });
  },
  save: ({ product, shown, pixelSize }) => Promise.resolve(current().product(product, shown, pixelSize)),
});
