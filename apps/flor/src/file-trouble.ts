/** What is in the way of a file or a folder, by the system's code. */
const TROUBLE: Readonly<Record<string, (path: string, call: string) => string>> = {
  EEXIST: (path, call) =>
    call === "mkdir" ? `${path} is a file, and a folder is needed there: name another place` : `${path} exists already`,
  ENOTDIR: (path) => `${path} is not below a folder: a file stands where a folder is needed; name another place`,
  ENOENT: (path) => `${path} does not exist, or the folder that it belongs in does not: name another place`,
  EISDIR: (path) => `${path} is a folder: name a file in it`,
  EACCES: (path) => `this user may not use ${path}: change its mode or its owner, or name another place`,
  EPERM: (path) => `this user may not use ${path}: change its mode or its owner, or name another place`,
  ENAMETOOLONG: (path) => `${path.slice(0, 60)}… is too long for a name: name a shorter one`,
  ELOOP: (path) => `${path} is a symbolic link that leads to itself: name another place`,
};

/** What the system said of a file, in a sentence that says what to do; `undefined`: it is about something else. */
export function fileTrouble(error: Error): string | undefined {
  const { code = "", path, syscall = "" } = error as NodeJS.ErrnoException;
  return typeof path === "string" && path !== "" && !syscall.startsWith("spawn")
    ? TROUBLE[code]?.(path, syscall)
    : undefined;
}
