import { getContext } from "lib/tensorflow/ffi/context.ts";

/**
 * Runs something and collects the graphs that TensorFlow made of the compiled steps in it, after its optimisers.
 *
 * @returns the result, and the collected `RunMetadata` (tensorflow/core/protobuf/config.proto) as text: its bytes, in
 * which names of ops can be looked for
 */
export async function optimizedGraph<T>(run: () => Promise<T>): Promise<{ result: T; graph: string }> {
  const context = getContext();
  const { symbols, handle, status } = context;
  using library = open(context.info.library);
  const collection = library.symbols;
  collection.TFE_ContextEnableGraphCollection(handle);
  const buffer = symbols.TF_NewBuffer();
  try {
    const result = await run();
    collection.TFE_ContextExportRunMetadata(handle, buffer, status);
    context.check("TFE_ContextExportRunMetadata");
    return { result, graph: new TextDecoder("latin1").decode(context.readBuffer(buffer)) };
  } finally {
    symbols.TF_DeleteBuffer(buffer);
    collection.TFE_ContextDisableGraphCollection(handle);
  }
}

function open(path: string) {
  const library = Deno.dlopen(path, {
    TFE_ContextEnableGraphCollection: { parameters: ["u64"], result: "void" },
    TFE_ContextDisableGraphCollection: { parameters: ["u64"], result: "void" },
    TFE_ContextExportRunMetadata: { parameters: ["u64", "u64", "u64"], result: "void" },
  });
  return { symbols: library.symbols, [Symbol.dispose]: () => library.close() };
}
