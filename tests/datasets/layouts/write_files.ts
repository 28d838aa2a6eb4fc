import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { encode as encodePng } from "fast-png";
import { temporaryFolder } from "../../io/temporary_folder.ts";

/** A 4 × 3 picture at 8 bits; values that are not given count up. */
export const picture = (...values: number[]) =>
  encodePng({
    width: 4,
    height: 3,
    data: Uint8Array.from({ length: 12 }, (_, i) => values[i] ?? i),
    channels: 1,
    depth: 8,
  });

/** A 4 × 3 label mask: background, but for the first pixels. */
export const labels = (...values: number[]) => picture(...Array.from({ length: 12 }, (_, i) => values[i] ?? 0));

/** Writes a file, and its folder where that is missing. */
export async function write(path: string, content: Uint8Array | string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  if (typeof content === "string") await Deno.writeTextFile(path, content);
  else await Deno.writeFile(path, content);
}

/**
 * A folder with files: by default each image is a picture, each file whose path has "mask" or "label" a mask of one
 * object. It lies in another one, so that files next to it can be written.
 */
export async function folderWith(
  files: readonly string[] | Record<string, Uint8Array | string>,
): Promise<AsyncDisposable & { path: string }> {
  const outer = await temporaryFolder();
  const path = join(outer.path, "my-images");
  await Deno.mkdir(path);
  const isMask = (file: string) => /mask|label|seg|gt/i.test(file);
  const contents = files instanceof Array
    ? files.map((file): [string, Uint8Array] => [file, isMask(file) ? labels(0, 1) : picture()])
    : Object.entries(files);
  for (const [file, content] of contents) await write(join(path, file), content);
  return { path, [Symbol.asyncDispose]: () => outer[Symbol.asyncDispose]() };
}

/** Asserts that a promise is rejected with an error of a class and a message. */
export const rejects = (promise: Promise<unknown>, type: new (...args: never[]) => Error, message: RegExp) =>
  assert.rejects(promise, (error: Error) => {
    assert.ok(error instanceof type, `${error.name}: ${error.message}`);
    assert.match(error.message, message);
    return true;
  });
