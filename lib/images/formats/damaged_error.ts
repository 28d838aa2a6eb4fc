/**
 * Thrown by decoders for a file that is damaged or cut off; another copy of the file may be intact. The error's name stays
 * `Error`: like other errors of decoders, it contains a reason, to which the reader of the file adds the file's name.
 */
export class DamagedError extends Error {}
