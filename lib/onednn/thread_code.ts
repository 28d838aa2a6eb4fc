import { CodeWriter } from "../machine_code/mod.ts";

/** Functions of the C library that the threads call. */
export const THREAD_FUNCTIONS = ["sem_init", "sem_post", "sem_wait", "sched_yield", "pthread_create"] as const;
/** Their addresses. */
export type ThreadFunctions = Readonly<Record<typeof THREAD_FUNCTIONS[number], bigint>>;

/**
 * Memory that all threads share: a header, then a block for each thread. Each is two cache lines of a processor, so that no thread
 * waits for a line that another one writes.
 */
export const BLOCK_BYTES = 128;

/**
 * Where the numbers of the header are, in bytes. `done` is a semaphore that each other thread posts when it has made its calls;
 * `threads` is their number, `end` the address behind the last block, and `started` and `finished` count the runs.
 */
export const HEADER = { done: 0, threads: 32, end: 40, finished: 48, started: 56 } as const;

/**
 * Where the numbers of a thread's block are, in bytes: the addresses of its first call and behind its last one, its stream, the
 * status of its calls, the semaphore that it waits for, how many meetings it has reached, and the address of the header.
 */
export const BLOCK = { first: 0, end: 8, stream: 16, status: 24, go: 32, reached: 64, header: 72 } as const;

/** Bytes of a call: its function, its first argument, the number of its arguments, and their address. */
export const CALL_BYTES = 32;

/**
 * How often a thread looks whether another one has arrived, some 50 microseconds long, before it lets other programs compute
 * between two looks. It never sleeps: the system would wake it too late.
 */
const LOOKS = 1500;

/** Conditions of jumps, after a comparison or a test. */
const BELOW = 0x82, NOT_BELOW = 0x83, ZERO = 0x84, NOT_ZERO = 0x85, NOT_NEGATIVE = 0x89;

/** Keeps the registers of the caller, and aligns the stack for calls. */
function enter(code: CodeWriter): void {
  code.write(0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57); // push rbx, rbp, r12, r13, r14, r15
  code.write(0x48, 0x83, 0xec, 24); // sub rsp, 24
}

/** Waits for the semaphore whose address `load` puts into `rdi`. A signal may end a wait early. */
function waitFor(code: CodeWriter, name: string, load: readonly number[], { sem_wait }: ThreadFunctions): void {
  code.place(name);
  code.write(...load);
  code.call(sem_wait);
  code.write(0x85, 0xc0); // test eax, eax
  code.jump(name, NOT_ZERO);
}

/**
 * Writes the loop over a thread's calls: `rbx` is its block, `rbp` the header. After a failure only meetings are attended, as the
 * other threads wait for this one.
 */
function makeCalls(code: CodeWriter, { sched_yield }: ThreadFunctions): void {
  code.write(0x4c, 0x8b, 0x33); // mov r14, [rbx + first]
  code.write(0x4c, 0x8b, 0x7b, BLOCK.end); // mov r15, [rbx + end]
  code.write(0x45, 0x31, 0xed); // xor r13d, r13d: the status
  code.place("next");
  code.write(0x4d, 0x39, 0xfe); // cmp r14, r15
  code.jump("calls made", NOT_BELOW);
  code.write(0x49, 0x8b, 0x06); // mov rax, [r14]
  code.write(0x48, 0x85, 0xc0); // test rax, rax
  code.jump("meeting", ZERO);
  code.write(0x45, 0x85, 0xed); // test r13d, r13d
  code.jump("call made", NOT_ZERO);
  code.write(0x49, 0x8b, 0x7e, 8); // mov rdi, [r14 + 8]
  code.write(0x48, 0x8b, 0x73, BLOCK.stream); // mov rsi, [rbx + stream]
  code.write(0x41, 0x8b, 0x56, 16); // mov edx, [r14 + 16]
  code.write(0x49, 0x8b, 0x4e, 24); // mov rcx, [r14 + 24]
  code.write(0xff, 0xd0); // call rax
  code.write(0x41, 0x89, 0xc5); // mov r13d, eax
  code.place("call made");
  code.write(0x49, 0x83, 0xc6, CALL_BYTES); // add r14, CALL_BYTES
  code.jump("next");

  // x86 keeps the order of stores, and of loads: what was written before a counter is there for whoever has read it.
  code.place("meeting");
  code.write(0x8b, 0x43, BLOCK.reached); // mov eax, [rbx + reached]
  code.write(0xff, 0xc0); // inc eax
  code.write(0x89, 0x43, BLOCK.reached); // mov [rbx + reached], eax
  code.write(0x41, 0x89, 0xc4); // mov r12d, eax
  code.withInt32([0x48, 0x8d, 0x95], BLOCK_BYTES); // lea rdx, [rbp + BLOCK_BYTES]: the first block
  code.place("other");
  code.write(0x31, 0xc9); // xor ecx, ecx
  code.place("look");
  code.write(0x8b, 0x42, BLOCK.reached); // mov eax, [rdx + reached]
  code.write(0x44, 0x29, 0xe0); // sub eax, r12d
  code.jump("arrived", NOT_NEGATIVE);
  code.write(0xf3, 0x90); // pause
  code.write(0xff, 0xc1); // inc ecx
  code.withInt32([0x81, 0xf9], LOOKS); // cmp ecx, LOOKS
  code.jump("look", BELOW);
  code.write(0x48, 0x89, 0x14, 0x24); // mov [rsp], rdx
  code.call(sched_yield);
  code.write(0x48, 0x8b, 0x14, 0x24); // mov rdx, [rsp]
  code.withInt32([0xb9], LOOKS); // mov ecx, LOOKS: a thread that lets others compute goes on doing so
  code.jump("look");
  code.place("arrived");
  code.write(0x48, 0x83, 0xea, -BLOCK_BYTES & 255); // sub rdx, -BLOCK_BYTES
  code.write(0x48, 0x3b, 0x55, HEADER.end); // cmp rdx, [rbp + end]
  code.jump("other", BELOW);
  code.jump("call made");

  code.place("calls made");
  code.write(0x44, 0x89, 0x6b, BLOCK.status); // mov [rbx + status], r13d
}

/** Writes the code of a thread, `void *f(void *block)`: it makes the calls of each run, and never returns. */
export function threadCode(functions: ThreadFunctions): Uint8Array<ArrayBuffer> {
  const code = new CodeWriter();
  enter(code);
  code.write(0x48, 0x89, 0xfb); // mov rbx, rdi
  code.write(0x48, 0x8b, 0x6b, BLOCK.header); // mov rbp, [rbx + header]
  waitFor(code, "wait", [0x48, 0x8d, 0x7b, BLOCK.go], functions); // lea rdi, [rbx + go]
  makeCalls(code, functions);
  code.write(0x48, 0x89, 0xef); // mov rdi, rbp: the semaphore `done`
  code.call(functions.sem_post);
  code.jump("wait");
  return code.finish();
}

/**
 * Writes the code of a run, `int32_t f(uint64_t header)`: it wakes the threads, makes the calls of the first block itself, and
 * returns 0 when all have made theirs.
 */
export function runCode(functions: ThreadFunctions): Uint8Array<ArrayBuffer> {
  const code = new CodeWriter();
  enter(code);
  code.write(0x48, 0x89, 0xfd); // mov rbp, rdi
  code.write(0x48, 0x83, 0x45, HEADER.started, 1); // add qword [rbp + started], 1
  code.withInt32([0x4c, 0x8d, 0xa5], 2 * BLOCK_BYTES); // lea r12, [rbp + 2 · BLOCK_BYTES]: the second block
  code.place("wake");
  code.write(0x4c, 0x3b, 0x65, HEADER.end); // cmp r12, [rbp + end]
  code.jump("all awake", NOT_BELOW);
  code.write(0x49, 0x8d, 0x7c, 0x24, BLOCK.go); // lea rdi, [r12 + go]
  code.call(functions.sem_post);
  code.write(0x49, 0x83, 0xec, -BLOCK_BYTES & 255); // sub r12, -BLOCK_BYTES
  code.jump("wake");
  code.place("all awake");
  code.withInt32([0x48, 0x8d, 0x9d], BLOCK_BYTES); // lea rbx, [rbp + BLOCK_BYTES]
  makeCalls(code, functions);
  code.write(0x4c, 0x8b, 0x65, HEADER.threads); // mov r12, [rbp + threads]
  code.place("one less");
  code.write(0x49, 0xff, 0xcc); // dec r12
  code.jump("all done", ZERO);
  waitFor(code, "wait", [0x48, 0x89, 0xef], functions); // mov rdi, rbp: the semaphore `done`
  code.jump("one less");
  code.place("all done");
  code.write(0x48, 0x83, 0x45, HEADER.finished, 1); // add qword [rbp + finished], 1
  code.write(0x31, 0xc0); // xor eax, eax
  code.write(0x48, 0x83, 0xc4, 24); // add rsp, 24
  code.write(0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b, 0xc3); // pop r15, r14, r13, r12, rbp, rbx; ret
  return code.finish();
}
