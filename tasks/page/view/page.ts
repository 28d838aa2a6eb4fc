/// <reference lib="dom" />
/** The page: it takes images, and shows what its workers find. */
import { count } from "lib/io/count.ts";
import { createTask } from "lib/task/tasks.ts";
import { pageName } from "../../predict/files/outputs.ts";
import type { OpenedFile, Progress, ReadingWork, SegmentingWork } from "../messages.ts";
import type { PageModel } from "../page_model.ts";
import type { ObjectChoice, PageProduct } from "../worker/page_segmenter.ts";
import { type ChannelChoice, channelChoices } from "./channel_choices.ts";
import { element, show } from "./elements.ts";
import { fillSelect } from "./fill_select.ts";
import { readPixelSize } from "./read_pixel_size.ts";
import { takeFiles } from "./take_files.ts";
import { saveFile } from "./save_file.ts";
import { Failure, PageWorker, Refusal, Stopped } from "./page_worker.ts";
import { readPart } from "./read_part.ts";
import { Viewer } from "./viewer.ts";

const model: PageModel = JSON.parse(document.getElementById("model")!.textContent!);
const task = createTask({ task: model.task, classNames: model.channels });
const viewer = new Viewer(element("canvas"));
const reader = new PageWorker<ReadingWork>("reader");
const segmenter = new PageWorker<SegmentingWork>("segmenter", {
  async first() {
    const [wasm, network] = await Promise.all(["wasm", "network"].map(readPart));
    return { kind: "start", wasm, network, model };
  },
  onProgress: showProgress,
});

let files: readonly File[] = [];
let opened: OpenedFile | undefined;
/** The entries of the list of channels. */
let choices: readonly ChannelChoice[] = [];
/** Counts the pictures that were chosen, so that an answer about an earlier one is dropped. */
let turn = 0;
let isWorking = false;
/** The threshold that the user chose. */
let threshold: number | undefined;

const file = () => files[element("files").selectedIndex];
const page = () => Math.max(0, element("pages").selectedIndex);
/** The name of the current picture, as in the tables of `deno task predict`. */
const shownName = () => file().name + pageName(page(), opened?.pages ?? 1);

function setStatus(text: string): void {
  element("status").textContent = text;
}

function showProblem(text: string): void {
  element("problem").textContent = text;
  element("problem").hidden = text === "";
}

/** Shows whether work is in progress. */
function setWorking(working: boolean): void {
  isWorking = working;
  element("progress").removeAttribute("value");
  show(element("progress"), working);
  show(element("cancel"), working);
  if (working) show(element("again"), false);
}

/** Shows how far the network is. */
function showProgress({ done, tiles }: Progress): void {
  if (tiles === 1) return;
  element("progress").value = done / tiles;
  setStatus(`Segmenting ${shownName()}: ${done} of ${count(tiles, "tile")}`);
}

function stop(): void {
  for (const worker of [reader, segmenter]) worker.stop();
}

/**
 * Runs work on the current picture. A problem is shown, unless another picture was chosen meanwhile.
 *
 * @param job takes the turn of the picture
 */
async function work(job: (mine: number) => Promise<void>): Promise<void> {
  const mine = ++turn;
  if (isWorking) stop();
  showProblem("");
  element("results").disabled = true;
  for (const id of ["count", "classes", "about", "warnings"] as const) element(id).replaceChildren();
  setWorking(true);
  try {
    await job(mine);
    if (mine === turn) element("results").disabled = false;
  } catch (error) {
    if (mine !== turn) return;
    const isStopped = error instanceof Stopped;
    setStatus(isStopped ? "Stopped" : "Not segmented");
    if (!isStopped) showProblem(error instanceof Refusal ? error.message : `The page failed: ${error}`);
    show(element("again"), true);
  } finally {
    if (mine === turn) setWorking(false);
  }
}

function fillChannels(offered: readonly ChannelChoice[]): void {
  choices = offered;
  fillSelect(element("channels"), choices.map(({ text }) => text));
}

/** Opens the chosen file, and segments its first picture. */
async function openChosen(): Promise<void> {
  element("work").hidden = false;
  setStatus(`Reading ${file().name} …`);
  // A size that was typed is that of the file before.
  element("pixel-size").value = "";
  element("pixel-size").placeholder = "unknown";
  await work(async (mine) => {
    opened = undefined;
    fillSelect(element("pages"), []);
    fillChannels([]);
    opened = await reader.ask("open", { file: file() });
    const { pages, channels } = opened;
    if (pages > 1) fillSelect(element("pages"), Array.from({ length: pages }, (_, i) => String(i + 1)));
    fillChannels(channelChoices(channels, model.imageChannels));
    await segmentChosen(mine);
  });
}

/** Segments the chosen picture of the open file, and finds its objects. */
async function segmentChosen(mine: number): Promise<void> {
  const shown = shownName();
  setStatus(`Reading ${shown} …`);
  viewer.showObjects(undefined);
  const channels = choices[element("channels").selectedIndex]?.channels, began = performance.now();
  const choice = { file: file(), page: page(), ...(channels && { channels }) };
  const { image, picture } = await reader.ask("decode", { picture: choice });
  viewer.showPicture(picture);
  element("size").textContent = `${image.width} × ${image.height} pixels`;
  element("pixel-size").placeholder = image.pixelSize === undefined ? "unknown" : String(image.pixelSize);
  setStatus(`Segmenting ${shown} …`);
  await segmenter.ask("segment", { image, shown });
  await findObjects(mine, shown);
  setStatus(`Segmented ${shown} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/**
 * Finds the objects of the current picture, as the controls say, and shows them, unless another picture was chosen
 * meanwhile.
 *
 * @param mine the turn of the picture
 * @param shown its name
 */
async function findObjects(mine: number, shown: string): Promise<void> {
  const choice: ObjectChoice = {
    connected: element("connected").checked,
    ...(threshold !== undefined && { threshold }),
  };
  const found = await segmenter.ask("find", { choice });
  if (mine !== turn) return;
  viewer.showObjects(found.overlay);
  element("count").textContent = count(found.count, "object");
  element("classes").replaceChildren(...found.classes.map(({ name, count, color }) => {
    const item = document.createElement("li");
    item.textContent = `${name}: ${count}`;
    item.style.setProperty("--color", color);
    return item;
  }));
  element("about").textContent = `${found.about}.`;
  element("canvas").setAttribute("aria-label", `${shown} with the outlines of ${count(found.count, "object")}`);
  element("warnings").replaceChildren(...found.warnings.map((warning) => {
    const item = document.createElement("li");
    item.textContent = `${shown}: ${warning}`;
    return item;
  }));
}

/** Shows why the current picture's objects were not found or not saved, unless another picture was chosen meanwhile. */
function showFailure(error: unknown, mine: number): void {
  if (mine !== turn || error instanceof Stopped) return;
  showProblem(error instanceof Error ? error.message : String(error));
  if (!(error instanceof Failure)) return;
  // The worker that knew the picture has ended.
  element("results").disabled = true;
  show(element("again"), true);
}

/** Whether a search for objects waits: the last position of the slider is enough. */
let isFinding = false, isStale = false;

async function findAgain(): Promise<void> {
  if (isFinding) return void (isStale = true);
  isFinding = true;
  const mine = turn, shown = shownName();
  try {
    do {
      isStale = false;
      await findObjects(mine, shown);
    } while (isStale && mine === turn);
  } catch (error) {
    showFailure(error, mine);
  } finally {
    isFinding = false;
  }
}

function showThreshold(): void {
  const shown = threshold ?? model.objectParameters?.threshold ?? model.threshold;
  element("threshold").value = String(shown);
  element("threshold-value").value = shown.toFixed(2);
  element("tuned").disabled = threshold === undefined;
}

const ENDINGS: Record<PageProduct, string> = { mask: "_mask.png", labels: "_labels.tif", table: "_objects.csv" };

async function save(product: PageProduct): Promise<void> {
  // Another picture may be chosen before the worker answers.
  const mine = turn, { name } = file(), shown = shownName();
  showProblem("");
  try {
    const pixelSize = readPixelSize(element("pixel-size"));
    const content = await segmenter.ask("save", { product, shown, pixelSize });
    saveFile(name.replace(/\.(ome\.)?[^.]*$/i, "") + shown.slice(name.length) + ENDINGS[product], content);
  } catch (error) {
    if (mine === turn && !(error instanceof Stopped)) return showFailure(error, mine);
    // Another picture was chosen, or the work was stopped.
    showProblem(`The file of ${shown} was not saved: choose the image again, and save it before another one`);
  }
}

// What the task lacks is not offered.
show(element("threshold"), task.instances !== undefined);
show(element("connected"), task.instances === "foreground");
setWorking(false);
showThreshold();

takeFiles(element("choose"), element("drop"), (chosen) => {
  files = chosen;
  fillSelect(element("files"), files.map(({ name }) => name));
  void openChosen();
});
element("files").onchange = () => void openChosen();
for (const id of ["pages", "channels"] as const) element(id).onchange = () => void work(segmentChosen);
element("again").onclick = () => void (opened ? work(segmentChosen) : openChosen());
element("cancel").onclick = stop;
element("threshold").oninput = () => {
  threshold = element("threshold").valueAsNumber;
  showThreshold();
  void findAgain();
};
element("tuned").onclick = () => {
  threshold = undefined;
  showThreshold();
  void findAgain();
};
element("connected").onchange = () => void findAgain();
element("opacity").oninput = () => viewer.setOpacity(element("opacity").valueAsNumber);
element("closer").onclick = () => viewer.zoom(1);
element("farther").onclick = () => viewer.zoom(-1);
element("whole").onclick = () => viewer.showWhole();
for (const product of ["labels", "table", "mask"] as const) {
  element(`save-${product}`).onclick = () => void save(product);
}

// The network opens while the user chooses an image.
segmenter.start().catch((error) => {
  // The work that waits for the network says it otherwise.
  if (!isWorking) showProblem(error.message);
});
