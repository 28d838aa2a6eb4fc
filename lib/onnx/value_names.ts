/** Names of a file's input and output. */
export const INPUT = "images", OUTPUT = "probabilities";
