import type { WeightedNetwork } from "../onnx/list_networks.ts";

/** Returns whether the networks were trained on grey images alone, and so take images of one channel. */
export function takesGreyImages(networks: readonly WeightedNetwork[]): boolean {
  return networks.every(({ network: { model, use: { trainingStatistics } } }) =>
    model.inChannels === 1 || trainingStatistics?.channels.every((channels) => channels === 1) === true
  );
}

/** Returns the names of an image's channels. */
export function imageChannelNames(channels: number): string[] {
  if (channels === 1) return ["grey"];
  if (channels === 3) return ["red", "green", "blue"];
  return Array.from({ length: channels }, (_, i) => `channel_${i + 1}`);
}

/** Words that no identifier of Python is, and so none of the specification. */
const PYTHON_KEYWORDS: ReadonlySet<string> = new Set(
  ("False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield").split(" "),
);

/**
 * Returns names as identifiers, which the specification asks for: "round cells" becomes `round_cells`. A name without a
 * Latin letter or a digit becomes the number of its class: `class_2`.
 */
export function identifiers(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name, i) => {
    const words = name.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[^A-Za-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
    const word = /^[A-Za-z]/.test(words) ? words : `class_${words || i + 1}`;
    const base = PYTHON_KEYWORDS.has(word) ? `${word}_` : word;
    let identifier = base;
    for (let i = 2; taken.has(identifier); i++) identifier = `${base}_${i}`;
    taken.add(identifier);
    return identifier;
  });
}
