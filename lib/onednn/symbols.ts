/**
 * The part of oneDNN's C API that this project calls. Every handle and every pointer is a `u64`, as in
 * `lib/tensorflow/ffi/symbols.ts`.
 */

const handle = "u64" as const;
const buffer = "buffer" as const;

/** The functions and their types. Those that return `i32` return a status, 0 for success, but for `equal`: 1 if equal. */
export const DEFINITIONS = {
  dnnl_version: { parameters: [], result: handle },
  dnnl_threadpool_interop_set_max_concurrency: { parameters: ["i32"], result: "i32" },
  dnnl_threadpool_interop_get_max_concurrency: { parameters: [buffer], result: "i32" },

  dnnl_engine_create: { parameters: [buffer, "i32", "usize"], result: "i32" },
  dnnl_stream_create: { parameters: [buffer, handle, "u32"], result: "i32" },

  dnnl_memory_desc_create_with_strides: { parameters: [buffer, "i32", buffer, "i32", buffer], result: "i32" },
  dnnl_memory_desc_create_with_tag: { parameters: [buffer, "i32", buffer, "i32", "i32"], result: "i32" },
  dnnl_memory_desc_clone: { parameters: [buffer, handle], result: "i32" },
  dnnl_memory_desc_equal: { parameters: [handle, handle], result: "i32" },
  dnnl_memory_desc_get_size_v2: { parameters: [handle, "i32"], result: "usize" },
  dnnl_memory_desc_destroy: { parameters: [handle], result: "i32" },
  dnnl_memory_create_v2: { parameters: [buffer, handle, handle, "i32", buffer], result: "i32" },
  dnnl_memory_destroy: { parameters: [handle], result: "i32" },

  dnnl_primitive_attr_create: { parameters: [buffer], result: "i32" },
  dnnl_primitive_attr_destroy: { parameters: [handle], result: "i32" },
  dnnl_primitive_attr_set_scratchpad_mode: { parameters: [handle, "i32"], result: "i32" },
  dnnl_primitive_attr_set_post_ops: { parameters: [handle, handle], result: "i32" },
  dnnl_post_ops_create: { parameters: [buffer], result: "i32" },
  dnnl_post_ops_destroy: { parameters: [handle], result: "i32" },
  dnnl_post_ops_append_sum: { parameters: [handle, "f32", "i32", "i32"], result: "i32" },
  dnnl_post_ops_append_eltwise: { parameters: [handle, "i32", "f32", "f32"], result: "i32" },

  dnnl_convolution_forward_primitive_desc_create: {
    parameters: [
      buffer, // result
      handle, // engine
      "i32", // prop_kind
      "i32", // alg_kind
      handle, // source
      handle, // weights
      handle, // bias
      handle, // destination
      buffer, // strides
      buffer, // dilates
      buffer, // padding before
      buffer, // padding after
      handle, // attributes
    ],
    result: "i32",
  },
  dnnl_pooling_forward_primitive_desc_create: {
    parameters: [
      buffer, // result
      handle, // engine
      "i32", // prop_kind
      "i32", // alg_kind
      handle, // source
      handle, // destination
      buffer, // strides
      buffer, // kernel
      buffer, // dilation
      buffer, // padding before
      buffer, // padding after
      handle, // attributes
    ],
    result: "i32",
  },
  dnnl_matmul_primitive_desc_create: {
    parameters: [buffer, handle, handle, handle, handle, handle, handle],
    result: "i32",
  },
  dnnl_reorder_primitive_desc_create: {
    parameters: [buffer, handle, handle, handle, handle, handle],
    result: "i32",
  },
  dnnl_primitive_desc_query: { parameters: [handle, "i32", "i32", buffer], result: "i32" },
  dnnl_primitive_desc_query_md: { parameters: [handle, "i32", "i32"], result: handle },
  dnnl_primitive_desc_destroy: { parameters: [handle], result: "i32" },
  dnnl_primitive_create: { parameters: [buffer, handle], result: "i32" },
  dnnl_primitive_execute: { parameters: [handle, handle, "i32", handle], result: "i32" },
  dnnl_primitive_destroy: { parameters: [handle], result: "i32" },
} as const satisfies Record<string, Deno.ForeignFunction>;

/** The functions of oneDNN. */
export type OneDnnSymbols = Deno.StaticForeignLibraryInterface<typeof DEFINITIONS>;

/** Values of oneDNN's enumerations, and numbers of arguments. They are the same in all versions 3. */
export const DNNL = {
  cpu: 1,
  inOrder: 1,
  /** A layout that the primitive chooses. */
  anyLayout: 1,
  inference: 96,
  direct: 1,
  relu: 0x20,
  clip: 0x2e,
  maximum: 0x1ff,
  userScratchpad: 1,
  /** The name of the implementation. */
  queryName: 8,
  queryWeights: 131,
  queryScratchpad: 136,
} as const;

/** Types of numbers, with oneDNN's values. */
export const NUMBER = { bfloat16: 2, float32: 3 } as const;

/** A type of numbers. */
export type NumberType = keyof typeof NUMBER;

/** Numbers of a primitive's arguments. */
export const ARGUMENT = { source: 1, destination: 17, weights: 33, bias: 41, scratchpad: 80 } as const;
