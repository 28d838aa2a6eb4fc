/** The file that describes an ensemble, in its folder. */
export const ENSEMBLE = "ensemble.json";

/** Returns the file of a member in an ensemble's folder; members count from 0. */
export function memberFile(member: number): string {
  return `member-${member + 1}.safetensors`;
}
