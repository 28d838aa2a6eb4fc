// Runs ONNX files in onnxruntime-node: `node onnx_node_side.mjs FOLDER`, with node_modules in the folder. One JSON line in
// and out for each file.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import process from "node:process";

const require = createRequire(join(process.argv[2], "index.js"));
const { InferenceSession, Tensor } = require("onnxruntime-node");
const { version } = JSON.parse(
  readFileSync(join(process.argv[2], "node_modules/onnxruntime-node/package.json"), "utf8"),
);

/** Reads a float32 array of NumPy's format 1.0. */
function readNpy(path) {
  const bytes = readFileSync(path), end = 10 + bytes.readUInt16LE(8);
  const [, shape] = /'shape': \(([\d, ]+)\)/.exec(bytes.toString("latin1", 10, end));
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset + end, bytes.byteOffset + bytes.length));
  return { data, dims: shape.split(",").filter((side) => side.trim()).map(Number) };
}

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ "onnxruntime-node": version, node: process.version });
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line), session = await InferenceSession.create(job.model), largestErrors = [];
  for (const [images, expected] of job.images) {
    const { data, dims } = readNpy(images), wanted = readNpy(expected);
    const { probabilities } = await session.run({ images: new Tensor("float32", data, dims) });
    if (probabilities.dims.join() !== wanted.dims.join()) throw new Error(`the result is [${probabilities.dims}]`);
    largestErrors.push(wanted.data.reduce((most, p, i) => Math.max(most, Math.abs(p - probabilities.data[i])), 0));
  }
  say({ checked: null, largestErrors });
}
say({ peakKilobytes: process.resourceUsage().maxRSS });
