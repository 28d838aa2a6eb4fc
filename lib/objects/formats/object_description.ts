/** A class of objects. */
export interface ObjectClass {
  name: string;
  /** Red, green and blue, 0 to 255. */
  color?: readonly [red: number, green: number, blue: number];
}

/** What is known about an object in addition to its outline. */
export interface ObjectDescription {
  /** Position in the list of classes, counted from 0. */
  class?: number;
  /** Numbers by their names. */
  measurements?: Readonly<Record<string, number>>;
}

/** Options of files that describe each object. */
export interface DescribedObjects {
  /** All classes that an object can have. */
  classes?: readonly ObjectClass[];
  /**
   * Returns what is known about an object.
   *
   * @param page counted from 0
   */
  describe?(label: number, page: number): ObjectDescription;
}
