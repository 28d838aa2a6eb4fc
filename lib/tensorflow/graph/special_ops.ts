/** Ops that draw from a random state: a compiled step with such an op could not be repeated. */
export const STATEFUL_RANDOM = new Set([
  "RandomUniform",
  "RandomUniformInt",
  "RandomStandardNormal",
  "TruncatedNormal",
  "RandomGamma",
  "Multinomial",
]);

/** Outputs that only the op's gradient reads, and whose shape depends on the device. */
export const OPAQUE_OUTPUTS = new Set(["FusedBatchNormV3:5"]);
