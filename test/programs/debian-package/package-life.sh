# The life of the package: installed, used, upgraded, removed, purged. Prints what is to be seen after each step.
# Usage: package-life.sh OLDER NEWER, both in /mnt
dpkg_quiet() { dpkg --force-unsafe-io "$@" >/run/said 2>&1 || { cat /run/said; exit 1; }; }
asked() { sed 's/^/asked: /' /run/asked; : >/run/asked; }
folder() { stat -c '%n %U:%G %a' "$@"; }

echo '== installed'
dpkg_quiet --install "/mnt/$1"
dpkg-query --show --showformat='${Status} ${Version}\n' flor
getent passwd flor | cut -d: -f1,6,7
folder /etc/flor
command -v flor
env -i /bin/sh -c 'cd / && flor version'
for page in flor flor.yaml; do man -w "$page"; done
systemd-analyze verify /usr/lib/systemd/system/flor@.service /usr/lib/systemd/system/flor@.socket 2>&1
asked

echo '== used'
runuser -u flor -- flor keygen /etc/flor/home.key >/dev/null
printf 'name: home\nkey: home.key\n' | runuser -u flor -- tee /etc/flor/home.yaml >/dev/null
runuser -u flor -- flor check -c /etc/flor/home.yaml
chmod 0700 /etc/flor
folder /etc/flor /etc/flor/home.key

echo '== upgraded'
dpkg_quiet --install "/mnt/$2"
ls /usr/share/flor/older 2>&1 || true
folder /etc/flor /etc/flor/home.key
runuser -u flor -- flor check -c /etc/flor/home.yaml
asked

echo '== removed'
dpkg_quiet --remove flor
ls -A /usr/bin/flor /usr/lib/flor /usr/share/flor 2>&1 || true
folder /etc/flor/home.key
asked

echo '== purged'
dpkg_quiet --purge flor
dpkg-query --show flor 2>&1 || true
folder /etc/flor/home.key
