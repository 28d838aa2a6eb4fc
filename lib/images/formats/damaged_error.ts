/**
 * Thrown by decoders for a file that is damaged or cut off: another copy of it may be sound. Its name stays `Error`: like the
 * other errors of decoders it holds a reason, to which whoever reads the file adds its name.
 */
export class DamagedError extends Error {}
