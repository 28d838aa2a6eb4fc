import type { RecordedOp, Recording } from "../../tensorflow/mod.ts";
import { withoutCopies } from "../recording/fold_convolutions.ts";

/** An activation that a convolution can include. */
export type Activation = "relu" | "relu6";

/** How large a resized map is: a multiple of the map, or as large as the map with this id. */
export type Resized = { factor: number } | { as: number };

/** The numbers from `first` on, before `end`. */
export interface Range {
  first: number;
  end: number;
}

/** What computes a map. Maps and constants have the ids of the recording. */
export type EngineLayer =
  & { output: number }
  & (
    | {
      kind: "convolution";
      input: number;
      /** `[height, width, in, out]`; if depthwise `[height, width, 1, channels]`. */
      kernel: number;
      bias?: number;
      /** The channels of the kernel's input that belong to this layer. Default: all. */
      inputChannels?: Range;
      depthwise: boolean;
      stride: number;
      dilation: number;
      /** Zeros before the first and after the last pixel. */
      padding: readonly [before: number, after: number];
      /** A map that is added, before the activation. */
      addend?: number;
      activation?: Activation;
    }
    | { kind: "maxPool"; input: number }
    | { kind: "nearest"; input: number; size: Resized }
    | { kind: "bilinear"; input: number; size: Resized; alignCorners: boolean }
    | { kind: "average"; input: number; bins: number }
    | { kind: "join"; inputs: readonly number[] }
    | { kind: "convert"; input: number }
    /** Makes a doubled map of `channels` channels from its four phases side by side: see `fold_upsampling.ts`. */
    | { kind: "interleave"; input: number; channels: number }
  );

/** A layer that is a convolution. */
export type ConvolutionLayer = EngineLayer & { kind: "convolution" };

/** A network as layers, in the order in which they run. */
export interface EngineNetwork {
  input: number;
  /** The logits. */
  output: number;
  layers: EngineLayer[];
  /** What is done with the channels of the images before the first layer: multiplied, then added to. */
  standardization: { factor: Float64Array; addend: Float64Array };
}

/** Returns the maps that a layer reads. */
export function layerInputs(layer: EngineLayer): number[] {
  if (layer.kind === "join") return [...layer.inputs];
  const addend = layer.kind === "convolution" && layer.addend !== undefined ? [layer.addend] : [];
  return [layer.input, ...addend];
}

/** Returns the layer of an op on its own; `undefined` if there is none. */
function layerOf({ name, attributes, inputs, outputs }: RecordedOp): EngineLayer | undefined {
  const [input, second, third] = inputs, [output] = outputs;
  const size: Resized = attributes.factor === undefined ? { as: second } : { factor: attributes.factor as number };
  switch (name) {
    case "Convolution":
    case "DepthwiseConvolution":
      return {
        kind: "convolution",
        input,
        output,
        kernel: second,
        bias: third,
        depthwise: name === "DepthwiseConvolution",
        stride: attributes.stride as number,
        dilation: attributes.dilation as number,
        padding: attributes.padding as [number, number],
      };
    case "MaxPool2d":
      return { kind: "maxPool", input, output };
    case "ResizeNearest":
      return { kind: "nearest", input, output, size };
    case "ResizeBilinear":
      return { kind: "bilinear", input, output, size, alignCorners: attributes.alignCorners as boolean };
    case "AdaptiveAveragePool":
      return { kind: "average", input, output, bins: attributes.bins as number };
    case "ConcatV2":
      return { kind: "join", inputs: inputs.slice(0, -1), output };
  }
}

const ACTIVATIONS: Readonly<Record<string, Activation>> = { Relu: "relu", Relu6: "relu6" };

/** Makes the layers of a recording one after the other. */
class LayerBuilder {
  readonly layers: EngineLayer[] = [];
  /** Index of the layer that computes a map. */
  readonly #madeAt = new Map<number, number>();
  readonly #uses = new Map<number, number>();

  constructor(readonly recording: Recording) {
    const read = [recording.output, ...recording.ops.flatMap(({ inputs }) => inputs)];
    for (const id of read) this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
  }

  /** Adds an op; returns whether that is possible. */
  add(op: RecordedOp): boolean {
    const [input, other] = op.inputs, [output] = op.outputs, activation = ACTIVATIONS[op.name];
    if (activation) return this.#extend(input, output, { activation });
    if (op.name === "Add") {
      return this.#extend(input, output, { addend: other }) || this.#extend(other, output, { addend: input });
    }
    const layer = layerOf(op);
    if (layer?.kind === "join" && !this.#joinsChannels(op)) return false;
    // A bias that an op computes, or a convolution's kernel, is no constant.
    if (!layer || layer.kind === "convolution" && !this.#isConstant(layer.kernel, layer.bias)) return false;
    this.#madeAt.set(output, this.layers.push(layer) - 1);
    return true;
  }

  #joinsChannels({ inputs }: RecordedOp): boolean {
    const axis = this.recording.constants.get(inputs.at(-1)!)?.values[0];
    return axis === 3 || axis === -1;
  }

  #isConstant(...ids: (number | undefined)[]): boolean {
    return ids.every((id) => id === undefined || this.recording.constants.has(id));
  }

  /** Lets the convolution that computes `map` include what is done with its result; returns whether that is possible. */
  #extend(map: number, output: number, more: { activation?: Activation; addend?: number }): boolean {
    const at = this.#madeAt.get(map), layer = at === undefined ? undefined : this.layers[at];
    if (layer?.kind !== "convolution" || layer.activation || this.#uses.get(map) !== 1) return false;
    const { addend } = more;
    if (addend !== undefined) {
      const addendAt = this.#madeAt.get(addend);
      // The convolution overwrites the addend, so that it must exist by then, and be needed by nothing later.
      if (layer.addend !== undefined || addendAt === undefined || addendAt > at! || addend === layer.input) {
        return false;
      }
      if (!this.#isLastUse(addend, at!)) return false;
    }
    this.layers[at!] = { ...layer, ...more, output };
    this.#madeAt.set(output, at!);
    return true;
  }

  /** Returns whether all uses of a map but one, its addition, are by layers before the one at `at`. */
  #isLastUse(map: number, at: number): boolean {
    const earlier = this.layers.slice(0, at).flatMap(layerInputs).filter((id) => id === map).length;
    return earlier === this.#uses.get(map)! - 1;
  }
}

/** Returns the change of each channel by an op on the images and a constant per channel; `undefined` for others. */
function channelChange(
  op: RecordedOp,
  { constants }: Recording,
  channels: number,
): { factor: number[]; addend: number[] } | undefined {
  const values = constants.get(op.inputs[1])?.values;
  const [factor, addend] = {
    Sub: [() => 1, (value: number) => -value],
    RealDiv: [(value: number) => 1 / value, () => 0],
  }[op.name] ?? [];
  if (values?.length !== channels) return undefined;
  return factor && addend && { factor: Array.from(values, factor), addend: Array.from(values, addend) };
}

/**
 * Turns a recorded forward pass, with folded convolutions, into layers for oneDNN.
 *
 * @param channels channels of the images
 * @returns `undefined` if an op has no layer
 */
export function engineNetwork(recording: Recording, channels: number): EngineNetwork | undefined {
  const factor = new Float64Array(channels).fill(1), addend = new Float64Array(channels);
  let [input] = recording.inputs;
  const { output, ops } = withoutCopies(
    recording,
    ({ name, attributes }) => (name === "ResizeBilinear" || name === "ResizeNearest") && attributes.factor === 1,
  );
  const builder = new LayerBuilder({ ...recording, output, ops });
  for (const op of ops) {
    const isOnlyUse = op.inputs[0] === input && ops.filter(({ inputs }) => inputs.includes(input)).length === 1;
    const change = isOnlyUse && builder.layers.length === 0 ? channelChange(op, recording, channels) : undefined;
    if (change) {
      for (let c = 0; c < channels; c++) {
        factor[c] *= change.factor[c];
        addend[c] = addend[c] * change.factor[c] + change.addend[c];
      }
      input = op.outputs[0];
    } else if (!builder.add(op)) return undefined;
  }
  return { input, output, layers: builder.layers, standardization: { factor, addend } };
}
