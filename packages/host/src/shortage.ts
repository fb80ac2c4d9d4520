const ADVICE: Readonly<Record<string, string>> = {
  EMFILE: "this process has no file descriptor left: raise its limit (ulimit -n, or LimitNOFILE= of its unit)",
  ENFILE: "this machine can open no further file: raise fs.file-max, or end what holds them",
  ENOMEM: "the kernel has no memory for it: free some, or raise the limit of the control group",
  ENOBUFS: "the kernel has no memory for it: free some, or raise the limit of the control group",
  ENOSPC: "the disk is full: make room",
  EPERM: "the system forbids it to this user or program: look at seccomp, AppArmor or SELinux",
};

/**
 * What to do when the system refuses for lack of something, or forbids it, whatever was asked for; `undefined`: the code
 * tells of something else.
 */
export function adviceForShortage(code: string | undefined): string | undefined {
  return code === undefined ? undefined : ADVICE[code];
}
