import {
  boolAttribute,
  executeOp,
  randomNormal,
  randomUniform,
  ResourceVariable,
  tf,
  typeAttribute,
} from "../../tensorflow/mod.ts";

/** How fresh weights are drawn; the names and formulas are PyTorch's (`torch.nn.init`). */
export type Initializer =
  | { kind: "constant"; value: number }
  /** Normal with variance 2 / fan. */
  | { kind: "kaimingNormal"; fan: "in" | "out" }
  /** Uniform within ±√(6 / fan in), or ±√(1 / fan in) with `a` = √5, the default of PyTorch's layers. */
  | { kind: "kaimingUniform"; a?: number }
  /** Uniform within ±√(6 / (fan in + fan out)). */
  | { kind: "xavierUniform" }
  /** Uniform within ±bound. */
  | { kind: "uniform"; bound: number };

/** Seed of fresh weights; `null` sets none, for a model whose weights are loaded or of which only the shapes are used. */
export type Seed = number | null;

/** A tensor of a model, with PyTorch's name and shape. */
export interface Weight {
  /** PyTorch's name, such as `encoder.layer1.0.conv1.weight`. */
  readonly name: string;
  /** PyTorch's shape: a kernel is `[out, in, height, width]`. */
  readonly shape: readonly number[];
  /** A parameter is trained; a buffer is a running statistic. */
  readonly role: "parameter" | "buffer";
  readonly initializer: Initializer;
  /** The value; a kernel is `[height, width, in, out]`. Absent if the model never computes with the weight. */
  readonly variable?: ResourceVariable;
  /** The value in PyTorch's layout, if it was loaded and there is no variable. */
  values?: Float32Array;
}

/** The kernel of a convolution, and the batch normalisation after it. */
export interface NormalizedKernel {
  kernel: ResourceVariable;
  scale: ResourceVariable;
  offset: ResourceVariable;
  runningMean: ResourceVariable;
  runningVariance: ResourceVariable;
  epsilon: number;
}

/** The default initialisation of PyTorch's `Conv2d`. */
export const PYTORCH_DEFAULT = { kind: "kaimingUniform", a: Math.sqrt(5) } as const;

/** Returns a 32-bit hash of a text (FNV-1a), which gives each tensor a separate random stream. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** Converts PyTorch's `[out, in, height, width]` to TensorFlow's `[height, width, in, out]`. */
export function toKernelShape([out, input, height, width]: readonly number[]): number[] {
  return [height, width, input, out];
}

function fans(shape: readonly number[]): { in: number; out: number } {
  const area = shape.slice(2).reduce((product, side) => product * side, 1);
  return { in: shape[1] * area, out: shape[0] * area };
}

/** Makes a tensor whose numbers are not set: memory that is never touched takes no time. */
function unset(shape: number[]): tf.Tensor {
  const attributes = [typeAttribute("dtype", "float32"), boolAttribute("init", false)];
  return tf.tidy(() => executeOp("Empty", attributes, [tf.tensor1d(shape, "int32")], 1)[0]);
}

/**
 * Draws fresh values in the variable's layout, which depend only on seed, name and shape; without a seed they are not set.
 */
export function initialValue(weight: Pick<Weight, "name" | "shape" | "initializer">, seed: Seed): tf.Tensor {
  const { name, shape, initializer } = weight;
  const layout = shape.length === 4 ? toKernelShape(shape) : [...shape];
  if (initializer.kind === "constant") return tf.fill(layout, initializer.value);
  if (seed === null) return unset(layout);
  return tf.tidy(() => {
    const stream = tf.tensor1d([seed, hashText(name)], "int32");
    if (initializer.kind === "kaimingNormal") {
      return randomNormal(layout, stream).mul(Math.sqrt(2 / fans(shape)[initializer.fan]));
    }
    const bound = initializer.kind === "uniform"
      ? initializer.bound
      : initializer.kind === "xavierUniform"
      ? Math.sqrt(6 / (fans(shape).in + fans(shape).out))
      : Math.sqrt(6 / ((1 + (initializer.a ?? 0) ** 2) * fans(shape).in));
    return randomUniform(layout, stream).mul(2 * bound).sub(bound);
  });
}

/** All weights of a model, in PyTorch's order. */
export class Weights {
  readonly #weights = new Map<string, Weight>();
  /** Kernels of convolutions with a batch normalisation after them. */
  readonly normalized: NormalizedKernel[] = [];

  constructor(public seed: Seed) {}

  /** Draws all values again, as if the model had been built with another seed. */
  reset(seed: Seed): void {
    this.seed = seed;
    for (const weight of this) {
      delete weight.values;
      if (!weight.variable) continue;
      const value = initialValue(weight, seed);
      weight.variable.assign(value);
      value.dispose();
    }
  }

  /** Adds a weight and gives it a fresh value. */
  add(weight: Omit<Weight, "variable" | "values">, used = true): Weight {
    if (this.#weights.has(weight.name)) throw new Error(`Two weights are named "${weight.name}"`);
    const added: Weight = used ? { ...weight, variable: this.#variable(weight) } : { ...weight };
    this.#weights.set(weight.name, added);
    return added;
  }

  #variable(weight: Omit<Weight, "variable" | "values">): ResourceVariable {
    const value = initialValue(weight, this.seed);
    const variable = new ResourceVariable(value, weight.role === "parameter", weight.name);
    value.dispose();
    return variable;
  }

  /** Returns a weight's numbers in PyTorch's layout. */
  readValues(weight: Weight): Float32Array {
    if (weight.variable) return toPyTorchLayout(weight.variable);
    if (weight.values) return weight.values;
    // A weight that is neither computed with nor loaded is drawn only on request.
    const value = initialValue(weight, this.seed);
    const values = toPyTorchLayout(value);
    value.dispose();
    return values;
  }

  get(name: string): Weight | undefined {
    return this.#weights.get(name);
  }

  [Symbol.iterator](): IterableIterator<Weight> {
    return this.#weights.values();
  }

  /** Number of times that a value was written: it changes with every change of the weights. */
  get writes(): number {
    return [...this].reduce((sum, { variable }) => sum + (variable?.writes ?? 0), 0);
  }

  /** The variables that training updates. */
  trainable(): ResourceVariable[] {
    return [...this].flatMap((weight) => weight.role === "parameter" && weight.variable ? [weight.variable] : []);
  }

  /** Returns the number of parameters, including those that the model never computes with (as PyTorch counts). */
  countParameters(): number {
    let count = 0;
    for (const { role, shape } of this) if (role === "parameter") count += shape.reduce((n, side) => n * side, 1);
    return count;
  }

  /** Returns a scope whose names start with `prefix`. */
  scope(prefix = "", used = true): WeightScope {
    return new WeightScope(this, prefix, used);
  }

  dispose(): void {
    for (const { variable } of this) variable?.dispose();
    this.#weights.clear();
  }
}

/** A prefix in a model's tree of names, under which a layer adds its weights. */
export class WeightScope {
  constructor(
    readonly weights: Weights,
    readonly prefix: string,
    /** Whether the model computes with the weights of this scope. */
    readonly used: boolean,
  ) {}

  child(name: string | number, used = this.used): WeightScope {
    return new WeightScope(this.weights, `${this.prefix}${name}.`, used);
  }

  parameter(name: string, shape: readonly number[], initializer: Initializer): Weight {
    return this.weights.add({ name: this.prefix + name, shape, role: "parameter", initializer }, this.used);
  }

  buffer(name: string, shape: readonly number[], value: number): Weight {
    const initializer = { kind: "constant", value } as const;
    return this.weights.add({ name: this.prefix + name, shape, role: "buffer", initializer }, this.used);
  }
}

/** Returns a value's numbers in PyTorch's layout. */
export function toPyTorchLayout(value: tf.Tensor): Float32Array {
  if (value.rank !== 4) return value.dataSync() as Float32Array;
  const transposed = tf.transpose(value, [3, 2, 0, 1]);
  // Not within tf.tidy, which would search millions of numbers for tensors.
  const values = transposed.dataSync() as Float32Array;
  transposed.dispose();
  return values;
}

/** Makes a tensor in the variable's layout, from numbers in PyTorch's layout and shape. */
export function fromPyTorchLayout(values: Float32Array, shape: readonly number[]): tf.Tensor {
  const given = tf.tensor(values, [...shape], "float32");
  if (shape.length !== 4) return given;
  const transposed = tf.transpose(given, [2, 3, 1, 0]);
  given.dispose();
  return transposed;
}
