#!/usr/bin/env bash
# Runs a command as a container would: process 1 of its namespace, a user without a name, a read-only root, no HOME, and
# a writable /run/user. Everything is gone when it ends.
# Usage: image-root.sh ROOT REPOSITORY PROGRAM [ARGUMENT…]; what is in ROOT/given comes to /etc/flor.
set -euo pipefail
if [[ ${1:-} != inside ]]; then
  exec unshare --mount --pid --net --fork --kill-child -- "$0" inside "$@"
fi
root=$2 repository=$3 user=4242
shift 3
mount -t tmpfs -o mode=0755 image "$root/image"
image=$root/image
mkdir -p "$image"/{proc,dev,tmp,etc/flor,run/user,usr,"$repository"}
for part in bin lib lib64; do [[ -e /$part ]] && ln -s "usr/$part" "$image/$part"; done
for part in usr "$repository"; do mount --rbind "/${part#/}" "$image/${part#/}"; done
for device in null zero full random urandom; do touch "$image/dev/$device"; mount --bind "/dev/$device" "$image/dev/$device"; done
cp "$root"/given/* "$image/etc/flor/"
chown -R "$user:$user" "$image/etc/flor"
chmod 0400 "$image"/etc/flor/*
mount -t proc proc "$image/proc"
mount -t tmpfs -o "mode=0700,uid=$user,gid=$user" sockets "$image/run/user"
mount -o remount,bind,ro "$image"
ip link set lo up
exec chroot --userspec="$user:$user" "$image" /usr/bin/env -i PATH=/usr/bin:/bin "$@"
