/** A tag of an XML text. */
export interface XmlTag {
  /** Name without a namespace prefix; `/` precedes the name of a closing tag. */
  name: string;
  attributes: string;
  /** Offset of its content. */
  end: number;
}

/** Yields an XML text's tags in linear time for any text; declarations and comments are skipped. */
export function* xmlTags(text: string): Generator<XmlTag> {
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    if (text.startsWith("<!--", at)) {
      const end = text.indexOf("-->", at);
      if (end < 0) return;
      at = end + 3;
      continue;
    }
    const end = text.indexOf(">", at);
    if (end < 0) return;
    const [, closing, name, attributes] = /^(\/?)(?:[\w.-]+:)?([\w.-]*)([\s\S]*)$/.exec(text.slice(at + 1, end))!;
    at = end + 1;
    if (name) yield { name: closing + name, attributes, end: at };
  }
}

/** Returns the value of a tag's attribute. */
export function xmlAttribute({ attributes }: XmlTag, name: string): string | undefined {
  const found = new RegExp(`(?:^|\\s)${name}\\s{0,9}=\\s{0,9}(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return found ? unescapeXml(found[1] ?? found[2]) : undefined;
}

function unescapeXml(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{1,9}));/g, (all, hex, decimal, name) => {
    if (name) return named[name] ?? all;
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}
