import assert from "node:assert/strict";
import { getContext } from "lib/tensorflow/ffi/context.ts";
import { keepLoaded } from "lib/tensorflow/ffi/keep_loaded.ts";

// A library of glibc that nothing else opens.
const LIBRARY = "libBrokenLocale.so.1";

Deno.test({
  name: "a library that is kept loaded stays when Deno closes it",
  ignore: Deno.build.os !== "linux",
  fn: () => {
    const isMapped = () => Deno.readTextFileSync("/proc/self/maps").includes(LIBRARY);
    const { symbols } = getContext();
    assert.ok(!isMapped());
    Deno.dlopen(LIBRARY, {}).close();
    assert.ok(!isMapped(), "without it the library goes");
    const library = Deno.dlopen(LIBRARY, {});
    keepLoaded(symbols, LIBRARY);
    library.close();
    assert.ok(isMapped());
  },
});
