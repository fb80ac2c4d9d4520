import { shellWord } from "@flor/machine";
import { access, constants, open, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { errorCode } from "./error-code.ts";
import { quote } from "./quote.ts";

const HEAD_OCTETS = 256;
const ELF_MAGIC = "\u007FELF";
const ELF_MACHINE_OFFSET = 18;
const ELF_BIG_ENDIAN = 2;
const SHEBANG = /^#![ \t]*(?<interpreter>[^ \t\r\n]+)(?:[ \t]+(?<argument>[^ \t\r\n]+))?(?<carriageReturn>\r)?/;

/** `e_machine` of the System V ABI, for the architectures that Node runs on. */
const machines: Readonly<Record<number, string>> = {
  3: "ia32",
  8: "mips",
  21: "ppc64",
  22: "s390x",
  40: "arm",
  62: "x64",
  183: "arm64",
  243: "riscv64",
  258: "loong64",
};

/**
 * Why this machine would not run a program, in words that say what to do; `undefined` when nothing is wrong with its
 * file. Never rejects.
 *
 * @param searchPath the `PATH` of the process to be started
 */
export async function faultOfProgram(program: string, searchPath: string): Promise<string | undefined> {
  const file = await find(program, searchPath);
  const name = quote(program);
  if (file === undefined) {
    return program.includes("/") ? `${name} does not exist` : `${name} is not in the PATH: give its full path`;
  }
  try {
    if ((await stat(file)).isDirectory()) return `${name} is a folder, not a program`;
    if (!(await isExecutable(file))) return `${name} is not executable: chmod +x ${quote(shellWord(file))}`;
    return await faultOfContent(name, await headOf(file), searchPath);
  } catch (error) {
    const code = errorCode(error);
    return code === "EACCES" ? `${name} cannot be read by this user` : `${name} cannot be read now: ${code}`;
  }
}

async function find(program: string, searchPath: string): Promise<string | undefined> {
  const folders = program.includes("/") || isAbsolute(program) ? [""] : searchPath.split(delimiter);
  for (const folder of folders) {
    const file = folder === "" ? program : join(folder, program);
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    if (exists) return file;
  }
  return undefined;
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function headOf(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_OCTETS), 0, HEAD_OCTETS, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function faultOfContent(name: string, head: Buffer, searchPath: string): Promise<string | undefined> {
  const text = head.toString("latin1");
  if (text.startsWith(ELF_MAGIC)) return faultOfElf(name, head);
  const shebang = SHEBANG.exec(text)?.groups;
  if (shebang === undefined) {
    return process.platform === "linux"
      ? `${name} is neither a Linux program nor a script that begins with #!`
      : undefined;
  }
  if (shebang["carriageReturn"] !== undefined)
    return `${name} has Windows line ends: its first line names no interpreter`;
  const interpreter = shebang["interpreter"] ?? "";
  const needed = interpreter.endsWith("/env") ? (shebang["argument"] ?? "") : interpreter;
  const isFound = needed.startsWith("-") || (await find(needed, searchPath)) !== undefined;
  return isFound ? undefined : `${name} needs ${quote(needed)}, which is not installed here`;
}

function faultOfElf(name: string, head: Buffer): string | undefined {
  if (process.platform !== "linux") return `${name} is a program for Linux; this is ${process.platform}`;
  if (head.length < ELF_MACHINE_OFFSET + 2) return `${name} is a damaged program: its header is cut off`;
  const isBigEndian = head[5] === ELF_BIG_ENDIAN;
  const machine = isBigEndian ? head.readUInt16BE(ELF_MACHINE_OFFSET) : head.readUInt16LE(ELF_MACHINE_OFFSET);
  const architecture = machines[machine] ?? `machine ${machine}`;
  // A 64-bit kernel may run the 32-bit programs of its family.
  const isForeign = architecture !== process.arch && !(architecture === "ia32" && process.arch === "x64");
  return isForeign ? `${name} is built for ${architecture}; this machine is ${process.arch}` : undefined;
}
