/**
 * Thrown by decoders for a file that is damaged or cut off, of which another copy may be intact. Its name remains
 * `Error`: like other errors of decoders, it contains a reason, to which the caller adds the file's name.
 */
export class DamagedError extends Error {}
