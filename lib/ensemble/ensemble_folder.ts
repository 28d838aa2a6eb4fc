/** An ensemble's description, in its folder. */
export const ENSEMBLE = "ensemble.json";

/** The file of a member in an ensemble's folder, counted from 0. */
export function memberFile(member: number): string {
  return `member-${member + 1}.safetensors`;
}
