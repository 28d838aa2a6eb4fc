/// <reference lib="dom" />
/** Characters of base64 that are decoded at once, a multiple of four. */
const PIECE = 2 ** 22;

function decodePiece(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Reads a part that the page carries in an element, compressed by gzip and in base64. */
export async function readPart(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = document.getElementById(id)!.textContent!.trim();
  let at = 0;
  const pieces = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (at >= text.length) return controller.close();
      controller.enqueue(decodePiece(text.slice(at, at += PIECE)));
    },
  });
  return new Uint8Array(await new Response(pieces.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}
