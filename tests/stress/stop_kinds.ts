/** A cell that runs long, and the conditions after it was stopped. */
export interface StopKind {
  name: string;
  /** Cells that run before it. */
  before: string[];
  code: string;
  /** A regular expression: the cell is stopped once an output matches, or at once if this is empty. */
  begins: string;
  /** A cell that runs after it. */
  after: string;
  /** The output of that cell, as a regular expression. */
  expected: string;
  /** Whether it runs as the first cell of a new kernel, and is stopped within 0.3 s. */
  fresh: boolean;
  /** Whether nothing can stop it, so that the user must be asked to restart the kernel. */
  restart: boolean;
}

/** Addresses and folders that the cells use. */
export interface StopWorld {
  /** A server that sends the first part of a file and then a byte a second. */
  slow: string;
  /** A server that never answers. */
  silent: string;
  /** An empty folder. */
  folder: string;
}

/** Matches the output of a cell whose work has started. */
const BEGUN = "begins";
const AT_ONCE = "";
/** Checks that the variable of a stopped cell has neither its result nor an older one. */
const NO_RESULT = `try { console.log("result: " + result); } catch (error) { console.log(String(error)); }`;
const NONE = "^ReferenceError: result has no value: the cell that declares it was stopped";
const OLD_RESULT = `const result = "old";`;

/** Makes a cell with a call whose result is stored in a variable. */
const call = (name: string, code: string, begins = AT_ONCE, before: string[] = []): StopKind => ({
  name,
  before: [...before, OLD_RESULT],
  code,
  begins,
  after: NO_RESULT,
  expected: NONE,
  fresh: false,
  restart: false,
});

/** Makes a cell with a call that would continue if not stopped; it counts its `ticks`. */
const working = (name: string, code: string, before: string[] = []): StopKind => ({
  ...call(name, code, BEGUN, [`let ticks = 0;\nconst tick = () => ticks++ || console.log("begins");`, ...before]),
  // Running work ends first.
  after: `let seen = NaN, looks = 0;\nfor (; ticks !== seen && looks < 10; looks++) {\n  seen = ticks;\n` +
    `  await new Promise((resolve) => setTimeout(resolve, 2000));\n}\n` +
    `console.log(ticks === seen ? "at rest" : "still working");\n${NO_RESULT}`,
  expected: `^at rest\\n${NONE.slice(1)}`,
});

const CONFIG = `parseConfig({ encoder: "resnet18", cropSize: 64, epochs: 500 })`;

/** The kinds of cells of a notebook. */
export function stopKinds({ slow, silent, folder }: StopWorld): StopKind[] {
  const path = (name: string) => JSON.stringify(`${folder}/${name}`);
  return [
    call(
      "a training",
      `import { generateDataset, parseConfig } from "lib";\nimport { trainWithProgress } from "lib/runs";\n` +
        `const cells = await generateDataset({ count: 10, size: 64, seed: 1 });\n` +
        `const result = await trainWithProgress({ config: ${CONFIG}, dataset: cells, results: ${path("training")} });`,
      "loss \\d",
    ),
    working(
      "a training without a progress bar",
      `import { generateDataset, parseConfig } from "lib";\nimport { trainRun } from "lib/runs";\n` +
        `const images = await generateDataset({ count: 10, size: 64, seed: 1 });\n` +
        `const result = await trainRun({ config: ${CONFIG}, dataset: images, results: ${
          path("run")
        }, onProgress: tick });`,
    ),
    call(
      "a training in its own process",
      `import { demoStudy, memberGrid, trainMember } from "lib/study";\n` +
        `const choice = { architecture: "pspnet", loss: "bce", fold: 0, seed: 1, options: { epochs: 500 } } as const;\n` +
        `const memberOf = await memberGrid("quick", choice);\n` +
        `const result = await trainMember({ ...await demoStudy(), grid: memberOf, study: "quick", results: ${
          path("member")
        } });`,
      "loss \\d",
    ),
    working(
      "a range test",
      `import { generateDataset, parseConfig } from "lib";\nimport { BatchSource } from "lib/batches";\nimport { lrFinder } from "lib/train";\n` +
        `const fields = await generateDataset({ count: 10, size: 64, seed: 1 }), options = ${CONFIG};\n` +
        `using batches = new BatchSource(fields, [0, 1, 2, 3, 4, 5, 6, 7], { ...options, channels: 3 });\n` +
        `const result = await lrFinder({ config: options, batches, steps: 100_000, onProgress: tick });`,
    ),
    working(
      "a study",
      `import { demoStudy, profileGrid, runStudy } from "lib/study";\n` +
        `const result = await runStudy({ ...await demoStudy(), grid: profileGrid("quick"), results: ${
          path("study")
        }, processes: { jobs: 1, threads: 1 }, onProgress: (all) => all.some((each) => each.progress > 0) && tick() });`,
    ),
    working(
      "an ensemble",
      `import { fitMetaModel } from "lib/ensemble";\n` +
        `const side = 128, noise = () => Float32Array.from({ length: side * side }, Math.random);\n` +
        `const many = Array.from({ length: 6 }, (_, i) => ({ id: "" + i, group: "" + i, width: side, height: side,\n` +
        `  truth: noise().map(Math.round), maps: [noise(), noise(), noise()] }));\n` +
        `const result = await fitMetaModel(many, { kind: "residual", steps: 1_000_000, onProgress: tick });`,
    ),
    working(
      "a large image",
      `import { createModel } from "lib";\nimport { Predictor } from "lib/nn";\n` +
        `const network = createModel({ architecture: "unet", encoder: "resnet18" });\n` +
        `const input = { width: 8192, height: 8192, channels: 1, pixels: new Float32Array(8192 ** 2) };\n` +
        `const result = await new Predictor(network, { tileSize: 128 }).predict([input], tick);`,
    ),
    call(
      "generated images",
      `import { generateDataset as generate } from "lib";\nconsole.log("begins");\n` +
        `const result = await generate({ count: 100_000, size: 128 });`,
      BEGUN,
    ),
    working(
      "a folder of images",
      `import { openDataset } from "lib";\n` +
        `const result = await openDataset(${path("images")}, { onProgress: tick });`,
      [
        `import { encode } from "fast-png";\n` +
        `const png = encode({ width: 256, height: 256, channels: 1, depth: 16, data: new Uint16Array(256 ** 2).fill(1) });\n` +
        `for (const part of ["images", "masks"]) {\n` +
        `  await Deno.mkdir(${path("images")} + "/" + part, { recursive: true });\n` +
        `  for (let i = 0; i < 4000; i++) Deno.writeFileSync(${
          path("images")
        } + "/" + part + "/" + i + ".png", png);\n}`,
      ],
    ),
    working(
      "a download of a data set",
      `import { fetchBbbc038 } from "lib/datasets";\n` +
        `const result = await fetchBbbc038(${path("bbbc038")}, { url: ${JSON.stringify(slow)}, onProgress: tick });`,
    ),
    call(
      "a look for near-duplicates",
      `import { generateDataset as make } from "lib";\nimport { integrityReport } from "lib/datasets";\n` +
        `const plenty = await make({ count: 40, size: 64 });\n` +
        `const result = integrityReport({ ...plenty, samples: Array(40).fill(plenty.samples).flat() }, ` +
        `(done) => done > 0 && console.log("begins"));`,
      BEGUN,
    ),
    call(
      "resampled ranks",
      `import { rankStability } from "lib/evaluate";\nconsole.log("begins");\n` +
        `const values = Array.from({ length: 300 }, Math.random);\n` +
        `const result = rankStability([values, values], values.map(String), { draws: 100_000_000 });`,
      BEGUN,
    ),
    {
      ...call("modules that are loaded", `import { otsuThreshold } from "lib";\nconst result = otsuThreshold([0, 1]);`),
      fresh: true,
      after: `const again = (await import("lib")).otsuThreshold([0, 0, 1, 1]);\nconsole.log(again >= 0);\n${NO_RESULT}`,
      expected: `^true\\n${NONE.slice(1)}`,
    },
    call("a timer", `const result = await new Promise((resolve) => setTimeout(resolve, 600_000));`),
    call("a promise that never resolves", `const result = await new Promise(() => {});`),
    call("a busy loop", `console.log("begins");\nlet n = 0;\nwhile (true) n++;\nconst result = n;`, BEGUN),
    call(
      "a loop of microtasks",
      `console.log("begins");\nasync function spin() {\n  while (true) await Promise.resolve();\n}\nconst result = await spin();`,
      BEGUN,
    ),
    call(
      "a loop that catches everything",
      `console.log("begins");\nconst rest = () => new Promise((resolve) => setTimeout(resolve, 100));\n` +
        `while (true) {\n  try {\n    await rest();\n  } catch {\n    // again\n  }\n}\nconst result = 1;`,
      BEGUN,
    ),
    call("a loop that prints", `while (true) console.log("begins");\nconst result = 1;`, BEGUN),
    call("a request without an answer", `const result = await fetch(${JSON.stringify(silent)});`),
    call(
      "a download in a loop",
      `const answer = await fetch(${JSON.stringify(slow)});\nlet bytes = 0;\n` +
        `for await (const chunk of answer.body!) {\n  bytes += chunk.length;\n  console.log("begins");\n}\nconst result = bytes;`,
      BEGUN,
    ),
    call(
      "nested functions",
      `const inner = async () => await new Promise(() => {});\nconst middle = async () => ({ value: await inner() });\n` +
        `async function outer() {\n  const { value } = await middle();\n  return value;\n}\nconst result = await outer();`,
    ),
    call(
      "a generator",
      `async function* numbers() {\n  for (let i = 0;; i++) {\n    yield i;\n` +
        `    await new Promise((resolve) => setTimeout(resolve, 200));\n  }\n}\n` +
        `for await (const i of numbers()) console.log("begins " + i);\nconst result = 1;`,
      BEGUN,
    ),
    call(
      "an error in finally",
      `const result = await (async () => {\n  try {\n    await new Promise(() => {});\n  } finally {\n` +
        `    throw new Error("in finally");\n  }\n})();`,
    ),
    call(
      "several at once",
      `const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));\n` +
        `const result = await Promise.all([wait(1), wait(600), fetch(${
          JSON.stringify(silent)
        }), new Promise(() => {})]);`,
    ),
    call(
      "a worker",
      `const source = "onmessage = () => { for (;;); }";\n` +
        `const worker = new Worker(URL.createObjectURL(new Blob([source])), { type: "module" });\n` +
        `const result = await new Promise((resolve) => {\n  worker.onmessage = resolve;\n  worker.postMessage(1);\n` +
        `  console.log("begins");\n});`,
      BEGUN,
    ),
    call(
      "a file that gives nothing",
      `await new Deno.Command("mkfifo", { args: [${path("pipe")}] }).output();\nconsole.log("begins");\n` +
        `const result = await Deno.readTextFile(${path("pipe")});`,
      BEGUN,
    ),
    call(
      "another program",
      `console.log("begins");\nconst result = await new Deno.Command("sleep", { args: ["300"] }).output();`,
      BEGUN,
    ),
    call(
      "figures",
      `import { chart, lossCurve } from "lib/plots";\nconst curve = Array.from({ length: 2000 }, Math.random);\n` +
        `const result = Array.from({ length: 100_000 }, (_, i) => {\n  if (i === 1) console.log("begins");\n` +
        `  return lossCurve(curve);\n});`,
      BEGUN,
    ),
    call(
      "a compiled step",
      `import { compile, tf } from "lib";\nconst product = compile((x: tf.Tensor2D) => tf.matMul(x, x));\n` +
        `console.log("begins");\nlet square = tf.ones([256, 256]) as tf.Tensor2D;\n` +
        `while (true) square = (await product(square)).mul(1 / 256);\nconst result = square;`,
      BEGUN,
    ),
    {
      ...call(
        "a step that is being compiled",
        `import { compile as prepare, tf as flow } from "lib";\nlet more = true;\nlet total = flow.variable(flow.scalar(1));\n` +
          `const endless = prepare((x: flow.Tensor1D) => {\n  let y = flow.variableGrads(() => total.mul(x).sum().asScalar()).value;\n` +
          `  total.assign(y.asScalar());\n` +
          `  console.log("begins");\n  while (more) y = flow.tidy(() => y.add(1).sub(1));\n  return y;\n});\n` +
          `const result = await endless(flow.tensor1d([1, 2]));`,
        BEGUN,
      ),
      // Ops run again, recording has ended, and the step can be compiled.
      after:
        `more = false;\nconst whole = await endless(flow.tensor1d([1, 2]));\nconst before = flow.memory().numTensors;\n` +
        `for (let i = 0; i < 10; i++) flow.tidy(() => flow.scalar(i).mul(2).dataSync());\n` +
        `console.log([...whole.dataSync()], [...total.dataSync()], flow.memory().numTensors - before, ` +
        `flow.scalar(3).add(4).dataSync()[0]);\n${NO_RESULT}`,
      expected: `^begins\\n\\[ 3 \\] \\[ 3 \\] 0 7\\n${NONE.slice(1)}`,
    },
    {
      ...call(
        "operations one by one",
        `import { tf as ops } from "lib";\nconsole.log("begins");\n` +
          `const result = ops.tidy(() => {\n  while (true) ops.tidy(() => ops.grad((x) => x.square().sum())(ops.ones([100])));\n});`,
        BEGUN,
      ),
      after:
        `const open = ops.engine().state.scopeStack.length;\nconst slope = ops.grad((x) => x.square())(ops.scalar(3));\n` +
        `console.log(open, slope.dataSync()[0]);\n${NO_RESULT}`,
      expected: `^0 6\\n${NONE.slice(1)}`,
    },
    {
      ...call(
        "a file that is read at once",
        `console.log("begins");\nDeno.readTextFileSync(${path("second")});`,
        BEGUN,
        [
          `await new Deno.Command("mkfifo", { args: [${path("second")}] }).output();`,
        ],
      ),
      restart: true,
    },
  ];
}
