import { ARGUMENT, type Call } from "../../onednn/mod.ts";
import { biasAddress, type CallContext } from "./call_context.ts";
import type { ConvolutionLayer, EngineLayer, Range } from "./engine_layers.ts";
import { type MapPlace, NUMBER_BYTES, type PlannedLayer } from "./engine_plan.ts";
import { callAt, type MapMemory } from "./map_memory.ts";
import { resizeCalls } from "./resize_calls.ts";
import { kernelLayout, type KernelPart } from "./stored_kernels.ts";
import { winogradCalls } from "./winograd/winograd_calls.ts";

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
  readonly #context: CallContext;
  readonly #maps: MapMemory;
  /** Where the thread's memory for transforms begins. */
  readonly #workspace: number;

  constructor(context: CallContext, maps: MapMemory, workspace: number) {
    this.#context = context;
    this.#maps = maps;
    this.#workspace = workspace;
  }

  /** Returns the calls that compute the rows `first` to `end` of a layer's result. */
  calls({ layer, between, winograd }: PlannedLayer, first: number, end: number): Call[] {
    switch (layer.kind) {
      case "convolution":
        if (!winograd) return [this.#convolution(layer, first, end)];
        return winogradCalls(layer, winograd, this.#context, this.#maps, { first, end }, this.#workspace);
      case "maxPool":
        return [this.#maxPool(layer, first, end)];
      case "convert":
        return [this.#copy(this.#maps.place(layer.input), this.#maps.place(layer.output), first, end)];
      case "nearest":
        return this.#nearest(layer, first, end);
      case "interleave":
        return this.#interleave(layer, first, end);
      case "join":
        return this.#join(layer, first, end);
      default:
        return resizeCalls(layer, between!, this.#context, this.#maps, { first, end });
    }
  }

  /** Returns which pixels of a line a window reads for the results `first` to `end`, and how much of the padding. */
  #read(first: number, end: number, length: number, taps: Range, stride: number, dilation: number, padding: number) {
    const start = first * stride - padding + taps.first * dilation;
    const stop = (end - 1) * stride - padding + (taps.end - 1) * dilation + 1;
    const from = Math.max(0, start), to = Math.min(length, stop);
    return { from, to, before: from - start, after: stop - to };
  }

  #convolution(layer: ConvolutionLayer, first: number, end: number): Call {
    const { primitives, kernels, recorded } = this.#context;
    const { stride, dilation, padding, depthwise } = layer;
    const input = this.#maps.place(layer.input),
      output = this.#maps.place(layer.output),
      constant = recorded.get(layer.kernel)!;
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
      this.#maps.layout(input, rows.to - rows.from),
      { ...kernelLayout(part), type: input.type },
      this.#maps.layout(output, end - first),
      {
        stride: [stride, stride],
        dilation: [dilation, dilation],
        before: [rows.before, columns.before],
        after: [rows.after, columns.after],
      },
      { sum: layer.addend !== undefined, activation: layer.activation },
    );
    return callAt(primitive, {
      source: this.#maps.at(input, rows.from),
      weights: kernels.address(part, primitive.tensors.get(ARGUMENT.weights)!),
      bias: biasAddress(layer, output.channels, this.#context),
      destination: this.#maps.at(output, first),
    });
  }

  #maxPool(layer: EngineLayer & { kind: "maxPool" }, first: number, end: number): Call {
    const input = this.#maps.place(layer.input), output = this.#maps.place(layer.output);
    const rows = this.#read(first, end, input.height, { first: 0, end: 3 }, 2, 1, 1);
    const columns = this.#read(0, output.width, input.width, { first: 0, end: 3 }, 2, 1, 1);
    const primitive = this.#context.primitives.maxPooling(
      this.#maps.layout(input, rows.to - rows.from),
      this.#maps.layout(output, end - first),
      [3, 3],
      {
        stride: [2, 2],
        dilation: [1, 1],
        before: [rows.before, columns.before],
        after: [rows.after, columns.after],
      },
    );
    return callAt(primitive, { source: this.#maps.at(input, rows.from), destination: this.#maps.at(output, first) });
  }

  /** Copies rows of a map to the same rows of another one. */
  #copy(input: MapPlace, output: MapPlace, first: number, end: number): Call {
    const primitive = this.#context.primitives.copy(
      this.#maps.layout(input, end - first),
      this.#maps.layout(output, end - first),
    );
    return callAt(primitive, { source: this.#maps.at(input, first), destination: this.#maps.at(output, first) });
  }

  /** Writes each pixel into a square of pixels. The rows are those of the small map. */
  #nearest(layer: EngineLayer & { kind: "nearest" }, first: number, end: number): Call[] {
    const input = this.#maps.place(layer.input), output = this.#maps.place(layer.output), calls: Call[] = [];
    const rows = output.height / input.height, columns = output.width / input.width;
    const { type, allChannels } = output, row = output.width * allChannels;
    const from = this.#maps.layout(input, end - first);
    const to = { shape: from.shape, type, strides: [output.height * row, 1, rows * row, columns * allChannels] };
    const primitive = this.#context.primitives.copy(from, to);
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const destination = this.#maps.at(output, rows * first + y) + x * allChannels * NUMBER_BYTES[type];
        calls.push(callAt(primitive, { source: this.#maps.at(input, first), destination }));
      }
    }
    return calls;
  }

  /** Returns how many rows of a layer can be shared out: those of the result, or of the map that is enlarged. */
  rows({ layer }: PlannedLayer): number {
    const { height } = this.#maps.place(layer.output);
    if (layer.kind === "interleave") return height / 2;
    return layer.kind === "nearest" ? this.#maps.place(layer.input).height : height;
  }

  /** Copies the four phases of a doubled map; an odd row or column is that of the next small pixel. */
  #interleave(layer: EngineLayer & { kind: "interleave" }, first: number, end: number): Call[] {
    const input = this.#maps.place(layer.input),
      output = this.#maps.place(layer.output),
      { channels, width, type } = output;
    const row = width * channels, shape = [this.#maps.images, channels, end - first, width / 2];
    const phase: MapPlace = { ...input, channels };
    const primitive = this.#context.primitives.copy(
      { ...this.#maps.layout(phase, end - first), shape },
      { shape, type, strides: [output.height * row, 1, 2 * row, 2 * channels] },
    );
    return [0, 1].flatMap((y) =>
      [0, 1].map((x) => {
        const pixel = x * input.allChannels + (2 * y + x) * channels, bytes = NUMBER_BYTES[type];
        return callAt(primitive, {
          source: this.#maps.at(input, first + y) + pixel * bytes,
          destination: this.#maps.at(output, 2 * first + y) + x * channels * bytes,
        });
      })
    );
  }

  /** Copies the maps that are not in their place yet. */
  #join(layer: EngineLayer & { kind: "join" }, first: number, end: number): Call[] {
    const output = this.#maps.place(layer.output);
    let firstChannel = 0;
    return layer.inputs.flatMap((id) => {
      const input = this.#maps.place(id), { channels } = input;
      const part = { ...output, channels, firstChannel };
      firstChannel += channels;
      return input.storage === output.storage ? [] : [this.#copy(input, part, first, end)];
    });
  }
}
