// @tags slow
import assert from "node:assert/strict";
import { encode } from "fast-png";
import { unzipSync } from "fflate";
import { generateDataset, type Image, TrainedModel } from "lib";
import { decodeImage, decodeLabels, learnContrastFloor } from "lib/images";
import { objectRule } from "lib/nn/inference/object_rule.ts";
import { encodeLabelTiff, learnTrainingStatistics, measureObjects, objectCsv } from "lib/objects";
import { onnxModel } from "lib/onnx";
import type { TaskName } from "lib/task";
import type {
  Message,
  PictureChoice,
  Progress,
  ReadingWork,
  SegmentingWork,
  Work,
} from "../../../tasks/page/messages.ts";
import type { PageProduct } from "../../../tasks/page/worker/page_segmenter.ts";
import { describePageModel } from "../../../tasks/page/describe_page_model.ts";
import { pageProgram } from "../../../tasks/page/page_program.ts";
import { describePage } from "../../../tasks/predict/files/describe_page.ts";
import { smallModel } from "../small_model.ts";

const { reader, segmenter: segmenterScript, wasm } = await pageProgram();
const { samples } = await generateDataset({ count: 3, size: 96, seed: 5, modality: "fluorescence" });
const objectParameters = { threshold: 0.45, depth: 0.5 };

/** One of the page's workers, as the page uses it. */
class TestedWorker<Asked extends Work> implements Disposable {
  readonly #worker: Worker;
  readonly progress: Progress[] = [];

  constructor(script: string) {
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    this.#worker = new Worker(address, { type: "module" });
    URL.revokeObjectURL(address);
  }

  /** Returns the answer, or the sentence of a refusal. */
  async ask<Kind extends keyof Asked & string>(
    kind: Kind,
    question: Asked[Kind]["question"],
  ): Promise<Asked[Kind]["answer"] | Refused> {
    const { promise, resolve, reject } = Promise.withResolvers<Asked[Kind]["answer"] | Refused>();
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    this.#worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "answer") resolve(data.answer);
      else if (data.kind === "progress") this.progress.push(data);
      else resolve(new Refused(data.problem));
    };
    this.#worker.postMessage({ kind, ...question });
    return await promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/** The sentence of a refusal. */
class Refused {
  constructor(readonly problem: string) {}
}

/** Returns an answer. @throws {Error} if the worker refused. */
function answered<Answer>(answer: Answer | Refused): Answer {
  if (answer instanceof Refused) throw new Error(answer.problem);
  return answer;
}

/** Returns the sentence of a refusal. @throws {Error} if the worker answered. */
function refused(answer: unknown): string {
  if (!(answer instanceof Refused)) throw new Error("The worker answered");
  return answer.problem;
}

/** Both workers of a page. */
class TestedPage implements Disposable {
  readonly reader = new TestedWorker<ReadingWork>(reader);
  readonly segmenter = new TestedWorker<SegmentingWork>(segmenterScript);

  /** Decodes a picture and segments it; returns the refusal of the first worker that refuses. */
  async segment(picture: PictureChoice, shown: string): Promise<null | Refused> {
    const decoded = await this.reader.ask("decode", { picture });
    return decoded instanceof Refused ? decoded : await this.segmenter.ask("segment", { image: decoded.image, shown });
  }

  [Symbol.dispose](): void {
    this.reader[Symbol.dispose]();
    this.segmenter[Symbol.dispose]();
  }
}

function png({ width, height, channels, bits, data }: Image, name: string): File {
  const content = encode({ width, height, channels, depth: bits as 8 | 16, data: data as Uint8Array });
  return new File([new Uint8Array(content)], name);
}

function describedModel(task: TaskName): TrainedModel {
  const classNames = task === "classes" ? ["background", "round", "long"] : undefined;
  return new TrainedModel(smallModel({ task, classNames }), {
    normalization: "robust",
    threshold: 0.5,
    contrastFloor: learnContrastFloor(samples),
    trainingStatistics: learnTrainingStatistics(samples),
  });
}

/** Gives the worker another model. */
async function openModel({ segmenter: worker }: TestedPage, segmenter: TrainedModel): Promise<void> {
  const model = describePageModel(segmenter, { name: "small", objectParameters });
  const network = new Uint8Array(onnxModel(segmenter, { weightBits: 16 }));
  assert.equal(answered(await worker.ask("start", { wasm, network, model })), null);
}

/** Compares what the worker finds in a picture, and the files that it writes, with what `predict` finds and writes. */
async function compareWithPredict(page: TestedPage, segmenter: TrainedModel, file: File, index: number): Promise<void> {
  const { task, taskDefinition } = segmenter, shown = `${file.name}#${index + 1}`;
  const image = await decodeImage(new Uint8Array(await file.arrayBuffer()), file.name, { page: index });
  const { width, height } = image;
  const decoded = answered(await page.reader.ask("decode", { picture: { file, page: index } }));
  assert.deepEqual(decoded.image, image);
  assert.deepEqual([decoded.picture.width, decoded.picture.height], [width, height]);
  const worker = page.segmenter;
  worker.progress.length = 0;
  assert.equal(answered(await worker.ask("segment", { image: decoded.image, shown })), null);
  assert.deepEqual(worker.progress, [{ kind: "progress", done: 1, tiles: 1 }]);
  const map = await segmenter.predict(image), foreground = taskDefinition.foreground(map);
  const thresholds = task === "classes" ? [undefined] : [undefined, foreground.toSorted()[foreground.length >> 1]];
  for (const threshold of thresholds) {
    const choice = { connected: false, ...(threshold !== undefined && { threshold }) };
    const rule = objectRule({ taskDefinition, threshold: 0.5, objectParameters }, choice);
    const { labels, count } = rule.find(map, image);
    const found = answered(await worker.ask("find", { choice }));
    assert.ok(Math.abs(found.count - count) <= Math.ceil(count / 50), `${found.count} objects instead of ${count}`);
    assert.ok(task !== "foreground" || threshold === undefined || count > 2, `${count} objects`);
    assert.equal(found.overlay.width, width);
    const inClasses = found.classes.reduce((sum, { count }) => sum + count, 0);
    assert.equal(inClasses, task === "classes" ? found.count : 0);
    const save = async (product: PageProduct) => answered(await worker.ask("save", { product, shown, pixelSize: 0.5 }));
    const mask = await decodeImage(await save("mask"), "mask.png"), decided = threshold ?? 0.5;
    const expected = labels.classes ?? Uint8Array.from(foreground, (p) => p > decided ? 255 : 0);
    const different = expected.filter((value, i) => value !== mask.data[i]).length;
    assert.ok(different <= width * height / 1000, `${different} pixels of ${width * height} differ`);
    // A pixel that rounding decides changes the table of its object, in a mask or where objects are divided.
    const own = await decodeLabels(await save("labels"), "labels.tif");
    if (different > 0 || own.data.some((label, i) => label !== labels.data[i])) continue;
    const names = task === "classes" ? ["round", "long"] : [];
    const { table } = describePage(labels, measureObjects(labels, image, { pixelSize: 0.5 }), names);
    assert.equal(new TextDecoder().decode(await save("table")), objectCsv(table, { image: shown }));
    assert.deepEqual(await save("labels"), encodeLabelTiff([labels], { pixelSize: 0.5 }));
  }
}

Deno.test("the page's workers, bundled for a browser,", async (t) => {
  using page = new TestedPage();
  await t.step("finds the objects of predict in a page of a 16-bit TIFF, and writes its files", async () => {
    using segmenter = describedModel("foreground");
    await openModel(page, segmenter);
    const pages = samples.map(({ image: { width, height, data } }) => {
      return { width, height, data: Uint16Array.from(data, (value) => 200 * value + 7) };
    });
    const file = new File([new Uint8Array(encodeLabelTiff(pages))], "stack.tif"), { width, height } = pages[0];
    assert.deepEqual(answered(await page.reader.ask("open", { file })), { pages: 3, channels: 1, width, height });
    await compareWithPredict(page, segmenter, file, 1);
  });
  for (const task of ["border", "classes"] as const) {
    await t.step(`finds the objects of the task ${task}`, async () => {
      using segmenter = describedModel(task);
      await openModel(page, segmenter);
      await compareWithPredict(page, segmenter, png(samples[0].image, "a.png"), 0);
    });
  }
  await t.step("warns of images unlike the training images", async () => {
    using segmenter = describedModel("foreground");
    await openModel(page, segmenter);
    const { width, height } = samples[0].image;
    const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * i) % 251);
    const file = png({ width, height, channels: 3, bits: 8, data }, "colour.png"), shown = "colour.png";
    assert.equal(await page.segment({ file, page: 0 }, shown), null);
    const { warnings } = answered(await page.segmenter.ask("find", { choice: { connected: false } }));
    assert.match(warnings.join(), /differs from the training images: it is in colour, the training images are grey/);
  });
  await t.step("counts the channels without transparency, and takes three as red, green, blue", async () => {
    const fixtures = unzipSync(await Deno.readFile(new URL("../../fixtures/images.zip", import.meta.url)));
    const open = async (name: string) => {
      const file = new File([new Uint8Array(fixtures[`tiff/${name}.tif`])], "c.tif");
      const { channels } = answered(await page.reader.ask("open", { file }));
      return { file, channels };
    };
    assert.equal((await open("rgb-4-u1-assocalpha-contig")).channels, 3);
    const { file, channels } = await open("rgb-5-u1-contig-le");
    assert.equal(channels, 5);
    const segment = async (channels?: number[]) =>
      await page.segment({ file, page: 0, ...(channels && { channels }) }, "c.tif");
    assert.match(
      refused(await segment()),
      /those after red, green, blue are not described: choose in the list of channels$/,
    );
    assert.equal(await segment([1, 2, 3]), null);
  });
  await t.step("names the file that it refuses", async () => {
    assert.match(
      refused(await page.reader.ask("open", { file: new File(["GIF89a"], "b.gif") })),
      /^b\.gif is a GIF, not a PNG/,
    );
    const file = png(samples[0].image, "grey.png");
    const wrong = await page.segment({ file, page: 0, channels: [2] }, "grey.png");
    assert.match(refused(wrong), /^grey\.png cannot be read: it has one channel, not channel 2/);
  });
});
