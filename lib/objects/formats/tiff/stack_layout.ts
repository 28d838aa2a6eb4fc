/** The order of a stack's planes: channels change fastest, then pages along the axis. */
export interface StackLayout {
  pages: number;
  /** What the pages of a stack are. */
  axis: "z" | "t";
  /** Names of the channels, one or more; an empty name is left out. */
  channels: readonly string[];
}
