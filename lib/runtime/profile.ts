import { getBinding } from "./backend.ts";
import { type NodeTime, runMetadataTimes } from "./protobuf.ts";

/**
 * Runs `work` with TensorFlow's step statistics on, and returns how long each node took. The
 * statistics slow the work down: compare nodes with each other, not with a clock.
 */
export async function profile(work: () => Promise<unknown>): Promise<NodeTime[]> {
  const { context } = getBinding();
  const { symbols, handle, status } = context;
  symbols.TFE_ContextEnableRunMetadata(handle);
  try {
    await work();
    const buffer = symbols.TF_NewBuffer();
    symbols.TFE_ContextExportRunMetadata(handle, buffer, status);
    context.check("TFE_ContextExportRunMetadata");
    const bytes = context.readBuffer(buffer);
    symbols.TF_DeleteBuffer(buffer);
    return runMetadataTimes(bytes);
  } finally {
    symbols.TFE_ContextDisableRunMetadata(handle);
  }
}
