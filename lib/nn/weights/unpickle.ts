/** Thrown for a pickle with contents that a file of weights does not have; the message names them. */
export class UnpickleError extends Error {
  override readonly name = "UnpickleError";
}

/** A class or function named in a pickle. */
export interface PickledGlobal {
  /** Module and name, such as `torch.FloatStorage`. */
  readonly global: string;
}

/** Handlers that turn names and calls in a pickle into values. Nothing else in a pickle has an effect. */
export interface UnpickleHandlers {
  /** Handles a call of an allowed function, with the pickle's `arguments`. */
  call(name: string, args: unknown[]): unknown;
  /** Returns whether a global may appear, called or not. */
  allowed: ReadonlySet<string>;
  /** Handles a reference to something outside the pickle. */
  persistent(id: unknown): unknown;
}

const MARK = Symbol("mark");

/** A model with a thousand weights takes 30,000 steps and 10,000 containers. */
const MAX_STEPS = 1_000_000, MAX_CONTAINERS = 300_000;

/**
 * Reads one pickle (Python's PEP 307 and PEP 3154, protocols 2 to 5, the opcodes that data need). It executes nothing:
 * calls go to the handlers, and a global that is not allowed is an error. Dictionaries become `Map`, lists and tuples
 * arrays, and integers too large for a number `bigint`.
 *
 * @returns the value, and the end of its bytes
 * @throws {UnpickleError} if the bytes are cut short or hold anything else.
 */
export function unpickle(bytes: Uint8Array, handlers: UnpickleHandlers, start = 0): { value: unknown; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder();
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  let at = start, containers = 0;
  const take = (length: number): number => {
    const from = at;
    if (length < 0 || from + length > bytes.length) throw new UnpickleError("it is cut short");
    at += length;
    return from;
  };
  const byte = () => bytes[take(1)];
  const text = (length: number) => {
    const from = take(length);
    return decoder.decode(bytes.subarray(from, at));
  };
  const line = () => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new UnpickleError("it is cut short");
    const found = text(end - at);
    at++;
    return found;
  };
  const push = (value: unknown) => void stack.push(value);
  /** Limits the containers: each takes a hundred bytes of memory, but only one of the file. */
  const pushNew = (value: unknown[] | Map<unknown, unknown>) => {
    if (++containers > MAX_CONTAINERS) {
      throw new UnpickleError(`its pickle holds more than ${MAX_CONTAINERS} lists and dictionaries`);
    }
    push(value);
  };
  const pop = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === MARK) throw new UnpickleError("its stack runs empty");
    return stack.pop();
  };
  const top = <T>(is: (value: unknown) => value is T): T => {
    const value = stack.at(-1);
    if (!is(value)) throw new UnpickleError("it changes a value of another kind");
    return value;
  };
  const popMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new UnpickleError("a mark is missing");
    const items = stack.splice(mark + 1);
    stack.pop();
    return items;
  };
  const isMap = (value: unknown): value is Map<unknown, unknown> => value instanceof Map;
  const global = (name: string): PickledGlobal => {
    if (!handlers.allowed.has(name)) {
      throw new UnpickleError(
        `it holds ${name.slice(0, 200)}, which is not weights: save the model's state_dict() alone with torch.save`,
      );
    }
    return { global: name };
  };
  const integer = (length: number): number | bigint => {
    const from = take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[from + i]);
    if (length && bytes[from + length - 1] & 0x80) value -= 1n << BigInt(8 * length);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  };
  const set = (map: Map<unknown, unknown>, items: unknown[]) => {
    if (items.length % 2) throw new UnpickleError("a dictionary has a key without a value");
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  };
  const remember = (key: number) => {
    const value = pop();
    push(value);
    memo.set(key, value);
  };
  const remembered = (key: number) => {
    if (!memo.has(key)) throw new UnpickleError("it refers to a value that it does not contain");
    return memo.get(key);
  };

  for (let step = 0;; step++) {
    if (step > MAX_STEPS) throw new UnpickleError(`its pickle has more than ${MAX_STEPS} steps`);
    const opcode = String.fromCharCode(byte());
    switch (opcode) {
      case "\x80": { // PROTO
        const protocol = byte();
        if (protocol < 2 || protocol > 5) throw new UnpickleError(`its pickle has the unknown protocol ${protocol}`);
        break;
      }
      case "\x95": // FRAME
        take(8);
        break;
      case ".": { // STOP
        const value = pop();
        return { value, end: at };
      }
      case "(":
        push(MARK);
        break;
      case "0": // POP
        pop();
        break;
      case "N":
        push(null);
        break;
      case "\x88":
        push(true);
        break;
      case "\x89":
        push(false);
        break;
      case "K": // BININT1
        push(byte());
        break;
      case "M": // BININT2
        push(view.getUint16(take(2), true));
        break;
      case "J": // BININT
        push(view.getInt32(take(4), true));
        break;
      case "\x8a": // LONG1
        push(integer(byte()));
        break;
      case "G": // BINFLOAT
        push(view.getFloat64(take(8)));
        break;
      case "X": // BINUNICODE
        push(text(view.getUint32(take(4), true)));
        break;
      case "\x8c": // SHORT_BINUNICODE
      case "U": // SHORT_BINSTRING
        push(text(byte()));
        break;
      case "T": // BINSTRING
        push(text(view.getInt32(take(4), true)));
        break;
      case "}":
        pushNew(new Map());
        break;
      case "]":
      case ")":
        pushNew([]);
        break;
      case "t": // TUPLE
      case "l": // LIST
        pushNew(popMark());
        break;
      case "\x85":
        pushNew([pop()]);
        break;
      case "\x86": {
        const b = pop();
        pushNew([pop(), b]);
        break;
      }
      case "\x87": {
        const c = pop(), b = pop();
        pushNew([pop(), b, c]);
        break;
      }
      case "a": { // APPEND
        const item = pop();
        top(Array.isArray).push(item);
        break;
      }
      case "e": { // APPENDS
        const items = popMark(), list = top(Array.isArray);
        for (const item of items) list.push(item);
        break;
      }
      case "s": { // SETITEM
        const value = pop(), key = pop();
        top(isMap).set(key, value);
        break;
      }
      case "u": { // SETITEMS
        const items = popMark();
        set(top(isMap), items);
        break;
      }
      case "d": { // DICT
        const map = new Map();
        set(map, popMark());
        pushNew(map);
        break;
      }
      case "q": // BINPUT
        remember(byte());
        break;
      case "r": // LONG_BINPUT
        remember(view.getUint32(take(4), true));
        break;
      case "\x94": // MEMOIZE
        remember(memo.size);
        break;
      case "h": // BINGET
        push(remembered(byte()));
        break;
      case "j": // LONG_BINGET
        push(remembered(view.getUint32(take(4), true)));
        break;
      case "c": { // GLOBAL
        const module = line();
        push(global(`${module}.${line()}`));
        break;
      }
      case "\x93": { // STACK_GLOBAL
        const name = pop(), module = pop();
        if (typeof name !== "string" || typeof module !== "string") {
          throw new UnpickleError("it names something that is not a function");
        }
        push(global(`${module}.${name}`));
        break;
      }
      case "R": { // REDUCE
        const args = pop();
        const called = pop() as PickledGlobal | null;
        if (typeof called?.global !== "string" || !Array.isArray(args)) {
          throw new UnpickleError("it calls something that is not a function");
        }
        push(handlers.call(called.global, args));
        break;
      }
      case "b": // BUILD: attributes of an object, such as a state dict's _metadata; not needed
        pop();
        break;
      case "Q": // BINPERSID
        push(handlers.persistent(pop()));
        break;
      default:
        throw new UnpickleError(`its pickle has the unexpected opcode 0x${opcode.charCodeAt(0).toString(16)}`);
    }
  }
}
