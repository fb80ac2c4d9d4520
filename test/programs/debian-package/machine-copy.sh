#!/usr/bin/env bash
# Runs a script in a copy of this machine: its files, its database of packages and its users; what is written is gone
# when it ends. /mnt is the folder GIVEN, `systemctl` only writes down what it is asked.
# Usage: machine-copy.sh GIVEN SCRIPT [ARGUMENT…], with SCRIPT in GIVEN
set -euo pipefail
if [[ ${1:-} != inside ]]; then
  exec unshare --mount --propagation private --pid --fork --kill-child -- "$0" inside "$@"
fi
given=$2 script=$3
shift 3
copy=$given/copy
mkdir "$copy"
mount -t tmpfs copy "$copy"
mkdir "$copy"/{written,work,root}
mount -t overlay copy -o "lowerdir=/,upperdir=$copy/written,workdir=$copy/work" "$copy/root"
cd "$copy/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs run run
mount --bind "$given" mnt
mkdir -p run/systemd/system tmp
# Images of containers leave manual pages out, and an index of all of them takes its time.
rm -rf etc/dpkg/dpkg.cfg.d var/lib/man-db/auto-update
printf '#!/bin/sh\necho "systemctl $*" >>/run/asked\n' >usr/local/bin/systemctl
chmod 0755 usr/local/bin/systemctl
exec chroot . /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
  sh -eu "/mnt/$script" "$@"
