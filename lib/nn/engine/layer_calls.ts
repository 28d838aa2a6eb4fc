import { ARGUMENT, type Call, type Layout, OneDnnError, type Place, type Primitives } from "../../onednn/mod.ts";
import type { RecordedConstant } from "../../tensorflow/mod.ts";
import type { EngineLayer, Range, Resized } from "./engine_layers.ts";
import { type EnginePlan, type MapPlace, NUMBER_BYTES, type PlannedLayer } from "./engine_plan.ts";
import type { NativeConstants } from "./native_constants.ts";
import { kernelLayout, type KernelPart, type StoredKernels } from "./stored_kernels.ts";
import { averageMatrix, bilinearMatrix, channelMatrix, type Matrix } from "../ops/resize_matrix.ts";

/** What layers need besides their maps. */
export interface CallContext {
  primitives: Primitives;
  plan: EnginePlan;
  kernels: StoredKernels;
  /** Biases and matrices. */
  constants: NativeConstants;
  /** Returns a recorded constant. */
  constant: (id: number) => RecordedConstant;
  /** First byte of the plan's memory in the working memory. */
  base: number;
  /** Number of images, which lie one after the other. */
  images: number;
}

/** With fewer channels, a line of pixels is one row of a product. */
const MANY_CHANNELS = 16;

/** Most numbers of a matrix: it grows with the square of a line. */
const LARGEST_MATRIX = 2 ** 22;

/** How the window of a convolution moves along a line of pixels. */
interface LineWindow {
  side: number;
  stride: number;
  dilation: number;
  padding: number;
}

/**
 * Returns the taps of a kernel that meet the line somewhere. A wide dilation leaves only the one in the middle, as the
 * others see nothing but padding.
 */
function usedTaps({ side, stride, dilation, padding }: LineWindow, length: number, results: number): Range {
  const meets = (tap: number) => {
    const start = tap * dilation - padding;
    const firstInside = Math.max(0, Math.ceil(-start / stride));
    return firstInside < results && firstInside * stride + start < length;
  };
  const taps = Array.from({ length: side }, (_, tap) => tap).filter(meets);
  return { first: taps[0], end: taps.at(-1)! + 1 };
}

/** Makes the calls of layers for a part of their maps. */
export class LayerCalls {
  constructor(readonly context: CallContext) {}

  /** Returns where a row of a map begins. */
  #at({ storage, width, firstChannel, allChannels, type }: MapPlace, row = 0): number {
    const { plan: { offsets }, base, images } = this.context;
    const numbers = row * width * allChannels + firstChannel;
    return base + images * offsets[storage] + numbers * NUMBER_BYTES[type];
  }

  #place(id: number): MapPlace {
    return this.context.plan.places.get(id)!;
  }

  /** Returns the layout `[images, channels, height, width]` of rows of a map. */
  #maps({ height, width, channels, allChannels, type }: MapPlace, rows: number): Layout {
    const row = width * allChannels;
    return { shape: [this.context.images, channels, rows, width], type, strides: [height * row, 1, row, allChannels] };
  }

  /** Returns the calls that compute the rows `first` to `end` of a layer's result. */
  calls({ layer, between }: PlannedLayer, first: number, end: number): Call[] {
    switch (layer.kind) {
      case "convolution":
        return [this.#convolution(layer, first, end)];
      case "maxPool":
        return [this.#maxPool(layer, first, end)];
      case "convert":
        return [this.#copy(this.#place(layer.input), this.#place(layer.output), first, end)];
      case "nearest":
        return this.#nearest(layer, first, end);
      case "interleave":
        return this.#interleave(layer, first, end);
      case "join":
        return this.#join(layer, first, end);
      default:
        return this.#resize(layer, between!, first, end);
    }
  }

  /** Returns which pixels of a line a window reads for the results `first` to `end`, and how much of the padding. */
  #read(first: number, end: number, length: number, taps: Range, stride: number, dilation: number, padding: number) {
    const start = first * stride - padding + taps.first * dilation;
    const stop = (end - 1) * stride - padding + (taps.end - 1) * dilation + 1;
    const from = Math.max(0, start), to = Math.min(length, stop);
    return { from, to, before: from - start, after: stop - to };
  }

  #convolution(layer: EngineLayer & { kind: "convolution" }, first: number, end: number): Call {
    const { primitives, kernels, constants, constant: find } = this.context,
      { stride, dilation, padding, depthwise } = layer;
    const input = this.#place(layer.input), output = this.#place(layer.output), constant = find(layer.kernel);
    const [side] = constant.shape, [padded] = padding, window = { side, stride, dilation, padding: padded };
    const part: KernelPart = {
      id: layer.kernel,
      constant,
      depthwise,
      rows: usedTaps(window, input.height, output.height),
      columns: usedTaps(window, input.width, output.width),
      inputs: layer.inputChannels ?? { first: 0, end: constant.shape[2] },
    };
    const rows = this.#read(first, end, input.height, part.rows, stride, dilation, padded);
    const columns = this.#read(0, output.width, input.width, part.columns, stride, dilation, padded);
    const primitive = primitives.convolution(
      this.#maps(input, rows.to - rows.from),
      { ...kernelLayout(part), type: input.type },
      this.#maps(output, end - first),
      {
        stride: [stride, stride],
        dilation: [dilation, dilation],
        before: [rows.before, columns.before],
        after: [rows.after, columns.after],
      },
      { sum: layer.addend !== undefined, activation: layer.activation },
    );
    const bias = () =>
      layer.bias === undefined ? new Float32Array(output.channels) : find(layer.bias).values as Float32Array;
    return {
      primitive,
      places: new Map<number, Place>([
        [ARGUMENT.source, this.#at(input, rows.from)],
        [ARGUMENT.weights, kernels.address(part, primitive.tensors.get(ARGUMENT.weights)!)],
        [
          ARGUMENT.bias,
          constants.floats(layer.bias === undefined ? `zeros ${output.channels}` : `bias ${layer.bias}`, bias),
        ],
        [ARGUMENT.destination, this.#at(output, first)],
      ]),
    };
  }

  #maxPool(layer: EngineLayer & { kind: "maxPool" }, first: number, end: number): Call {
    const input = this.#place(layer.input), output = this.#place(layer.output);
    const rows = this.#read(first, end, input.height, { first: 0, end: 3 }, 2, 1, 1);
    const columns = this.#read(0, output.width, input.width, { first: 0, end: 3 }, 2, 1, 1);
    const primitive = this.context.primitives.maxPooling(
      this.#maps(input, rows.to - rows.from),
      this.#maps(output, end - first),
      [3, 3],
      {
        stride: [2, 2],
        dilation: [1, 1],
        before: [rows.before, columns.before],
        after: [rows.after, columns.after],
      },
    );
    return this.#moved(primitive, this.#at(input, rows.from), this.#at(output, first));
  }

  #moved(primitive: Call["primitive"], from: number, to: number): Call {
    return { primitive, places: new Map<number, Place>([[ARGUMENT.source, from], [ARGUMENT.destination, to]]) };
  }

  /** Copies rows of a map to the same rows of another one. */
  #copy(input: MapPlace, output: MapPlace, first: number, end: number): Call {
    const primitive = this.context.primitives.copy(this.#maps(input, end - first), this.#maps(output, end - first));
    return this.#moved(primitive, this.#at(input, first), this.#at(output, first));
  }

  /** Writes each pixel into a square of pixels. The rows are those of the small map. */
  #nearest(layer: EngineLayer & { kind: "nearest" }, first: number, end: number): Call[] {
    const input = this.#place(layer.input), output = this.#place(layer.output), calls: Call[] = [];
    const rows = output.height / input.height, columns = output.width / input.width;
    const { type, allChannels } = output, row = output.width * allChannels;
    const from = this.#maps(input, end - first);
    const to = { shape: from.shape, type, strides: [output.height * row, 1, rows * row, columns * allChannels] };
    const primitive = this.context.primitives.copy(from, to);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const address = this.#at(output, rows * first + y) + x * allChannels * NUMBER_BYTES[type];
        calls.push(this.#moved(primitive, this.#at(input, first), address));
      }
    }
    return calls;
  }

  /** Returns how many rows of a layer can be shared out: those of the result, or of the map that is enlarged. */
  rows({ layer }: PlannedLayer): number {
    const { height } = this.#place(layer.output);
    if (layer.kind === "interleave") return height / 2;
    return layer.kind === "nearest" ? this.#place(layer.input).height : height;
  }

  /** Copies the four phases of a doubled map; an odd row or column is that of the next small pixel. */
  #interleave(layer: EngineLayer & { kind: "interleave" }, first: number, end: number): Call[] {
    const input = this.#place(layer.input), output = this.#place(layer.output), { channels, width, type } = output;
    const row = width * channels, shape = [this.context.images, channels, end - first, width / 2];
    const phase: MapPlace = { ...input, channels };
    const primitive = this.context.primitives.copy(
      { ...this.#maps(phase, end - first), shape },
      { shape, type, strides: [output.height * row, 1, 2 * row, 2 * channels] },
    );
    return [0, 1].flatMap((y) =>
      [0, 1].map((x) => {
        const pixel = x * input.allChannels + (2 * y + x) * channels, bytes = NUMBER_BYTES[type];
        const to = this.#at(output, 2 * first + y) + x * channels * bytes;
        return this.#moved(primitive, this.#at(input, first + y) + pixel * bytes, to);
      })
    );
  }

  /** Copies the maps that are not in their place yet. */
  #join(layer: EngineLayer & { kind: "join" }, first: number, end: number): Call[] {
    const output = this.#place(layer.output);
    let firstChannel = 0;
    return layer.inputs.flatMap((id) => {
      const input = this.#place(id), { channels } = input;
      const part = { ...output, channels, firstChannel };
      firstChannel += channels;
      return input.storage === output.storage ? [] : [this.#copy(input, part, first, end)];
    });
  }

  /** Resizes rows and then columns, both linearly, by products with matrices. */
  #resize(layer: EngineLayer & { input: number }, between: number, first: number, end: number): Call[] {
    const { primitives, plan, base, images } = this.context, rows = end - first;
    const input = this.#place(layer.input), output = this.#place(layer.output), { type, width, channels } = input;
    const row = width * channels,
      batch = (stride: number, shape: number[], inner: number[]): Layout => ({
        shape: [images, ...shape],
        type,
        strides: [stride, ...inner],
      });
    const rowMatrix = this.#matrix(layer, input.height, output.height);
    const middle = base + images * plan.offsets[between] + first * row * NUMBER_BYTES[type];
    const down: Call = {
      primitive: primitives.matrixProduct(
        { shape: [1, rows, input.height], type },
        batch(input.height * row, [input.height, row], [row, 1]),
        batch(output.height * row, [rows, row], [row, 1]),
      ),
      places: new Map<number, Place>([
        [ARGUMENT.source, this.#stored(rowMatrix, type) + BigInt(first * input.height * NUMBER_BYTES[type])],
        [ARGUMENT.weights, this.#at(input)],
        [ARGUMENT.destination, middle],
      ]),
    };
    const columnMatrix = this.#matrix(layer, width, output.width), lines = images * rows;
    const isSmall = row * output.width * channels <= LARGEST_MATRIX;
    if (channels < MANY_CHANNELS && output.allChannels === channels && isSmall) {
      const { name, matrix } = columnMatrix;
      const wide = { name: `${name} ${channels}`, matrix: () => channelMatrix(matrix(), channels) };
      const primitive = primitives.matrixProduct(
        { shape: [1, lines, row], type },
        { shape: [1, row, output.width * channels], type },
        { shape: [1, lines, output.width * channels], type: output.type },
      );
      const across = this.#moved(primitive, middle, this.#at(output, first));
      return [down, {
        ...across,
        places: new Map([...across.places, [ARGUMENT.weights, this.#stored(wide, type)]]),
      }];
    }
    const { allChannels } = output;
    const across: Call = {
      primitive: primitives.matrixProduct(
        { shape: [1, output.width, width], type },
        { shape: [lines, width, channels], type },
        {
          shape: [lines, output.width, channels],
          type: output.type,
          strides: [output.width * allChannels, allChannels, 1],
        },
      ),
      places: new Map<number, Place>([
        [ARGUMENT.source, this.#stored(columnMatrix, type)],
        [ARGUMENT.weights, middle],
        [ARGUMENT.destination, this.#at(output, first)],
      ]),
    };
    return [down, across];
  }

  #matrix(layer: EngineLayer, from: number, to: number): NamedMatrix {
    if (from * to > LARGEST_MATRIX) {
      throw new OneDnnError(`A line of ${from} pixels is too long to be resized to ${to}`);
    }
    if (layer.kind === "average") {
      return { name: `average ${from} ${to}`, matrix: () => averageMatrix(from, to) };
    }
    const { alignCorners } = layer as EngineLayer & { kind: "bilinear"; size: Resized };
    return { name: `bilinear ${from} ${to} ${alignCorners}`, matrix: () => bilinearMatrix(from, to, alignCorners) };
  }

  #stored({ name, matrix }: NamedMatrix, type: MapPlace["type"]): bigint {
    return this.context.constants.matrix(name, type, matrix);
  }
}

/** A matrix that is computed when it is needed first. */
interface NamedMatrix {
  name: string;
  matrix: () => Matrix;
}
