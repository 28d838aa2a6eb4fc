import { inflateSync } from "fflate";
import { crc32 } from "../../io/crc32.ts";
import { count } from "../../io/count.ts";
import { MODEL } from "./model_file.ts";
import { listZip, readStored, type ZipEntry } from "./stored_zip.ts";
import { WeightsError } from "./weights_error.ts";

/** Names of the description in a bioimage.io package. */
const DESCRIPTIONS = ["rdf.yaml", "bioimageio.yaml", "model.yaml"];

/** The largest model that is read from a compressed package, in bytes. */
const MOST_BYTES = 2 ** 31;
/**
 * How many times its compressed length a model may be, unless it has few bytes. Trained weights hardly shrink; a file of
 * zeros shrinks a thousandfold, and would take memory that its length does not tell.
 */
const MOST_TIMES = 2, FEW_BYTES = 2 ** 24;

/** Returns the content of an entry that another program may have compressed. */
function readEntry(file: Uint8Array, entry: ZipEntry): Uint8Array {
  if (entry.method !== 8) return readStored(file, entry);
  const stored = entry.end - entry.begin;
  if (entry.size > Math.min(MOST_BYTES, Math.max(FEW_BYTES, MOST_TIMES * stored))) {
    throw new Error(`"${entry.name}" claims ${entry.size} bytes in ${stored}`);
  }
  const bytes = inflateSync(file.subarray(entry.begin, entry.end), { out: new Uint8Array(entry.size) });
  if (crc32(bytes) !== entry.crc) throw new Error(`"${entry.name}" differs from its checksum`);
  return bytes;
}

/**
 * Returns the project's own file of the model in a bioimage.io package: its ONNX file has folded weights, from which
 * the model's cannot be computed.
 *
 * @param path for messages
 * @returns `undefined` if the file is no such package
 * @throws {WeightsError} if another program made the package, or if it is damaged.
 */
export function packagedModel(file: Uint8Array, path: string): Uint8Array | undefined {
  let entries: ZipEntry[];
  try {
    entries = listZip(file);
  } catch {
    // The reader of PyTorch's archives says what is wrong with it.
    return undefined;
  }
  if (!entries.some(({ name }) => DESCRIPTIONS.includes(name))) return undefined;
  const model = entries.find(({ name }) => name === MODEL);
  if (!model) {
    const others = entries.map(({ name }) => name).filter((name) => /\.(pth?|safetensors)$/i.test(name));
    const advice = others.length
      ? `Unpack it, and import ${others.slice(0, 3).join(" or ")}`
      : `None of its ${count(entries.length, "file")} can be imported`;
    throw new WeightsError(
      `${path} is a bioimage.io package without a ${MODEL}, so deno task export did not make it of a single model. ${advice}`,
    );
  }
  try {
    return readEntry(file, model);
  } catch (error) {
    throw new WeightsError(
      `${path} is a damaged bioimage.io package (${(error as Error).message}): export it again, or copy it again`,
    );
  }
}
