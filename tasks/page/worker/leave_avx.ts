/**
 * Lets the WebAssembly that runs next run at full speed in Firefox. There, a search in a long text leaves the upper halves of AVX
 * registers in use. Until they are cleared, WebAssembly takes up to a hundred times as long, as each change between its SSE and its AVX
 * instructions costs. A new number format clears them, every time.
 */
export function leaveAvx(): void {
  new Intl.NumberFormat().format(0);
}
