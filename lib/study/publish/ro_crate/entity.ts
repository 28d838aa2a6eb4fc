/** A value of an entity's property: text, a reference to another entity, or a list of these. */
export type Value = string | Reference | readonly (string | Reference)[];

/** A reference to an entity of the crate. */
export interface Reference {
  readonly "@id": string;
}

/** An entity of a crate: flat, with references in the place of nested entities. */
export interface Entity extends Reference {
  readonly "@type": string;
  readonly [property: string]: Value;
}

/** A crate: a JSON-LD document of entities. */
export interface Crate {
  "@context": string;
  "@graph": Entity[];
}

/** Refers to an entity. */
export const refer = ({ "@id": id }: Reference): Reference => ({ "@id": id });

/** Refers to entities: compact JSON-LD has no list of one. */
export function referAll(entities: readonly Reference[]): Value {
  return entities.length === 1 ? refer(entities[0]) : entities.map(refer);
}

/** Makes the id of a file from its path, relative to the crate's folder. */
export const fileId = (path: string): string => path.split("/").map(encodeURIComponent).join("/");
