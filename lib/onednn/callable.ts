/** Returns the function of C at an address, to be called by `call`. */
export function callable<const Definition extends Deno.ForeignFunction>(address: bigint, definition: Definition) {
  return new Deno.UnsafeFnPointer(Deno.UnsafePointer.create<Definition>(address)!, definition);
}
