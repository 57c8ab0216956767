# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# A minimal Debian in a directory, made by mmdebstrap, and commands that run with it as their root. Sourced after common.sh, never run.

# find_mirror: where this machine gets its own release from.
find_mirror() {
  local release
  release=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016 # apt's own $(...)
  apt-get indextargets --no-release-info --format '$(REPO_URI)' \
    'Created-By: Packages' 'Component: main' "Release: $release" | head -n 1
}

# make_root_archive SUITE FILE MMDEBSTRAP_OPTION...: the tar archive that every directory starts from, with deb and deb-src. One that
# is younger than a week is used again.
make_root_archive() {
  local suite=$1 file=$2 mirror
  shift 2
  [ -z "$(find "$file" -mtime -7 2>/dev/null)" ] || return 0
  mirror=$(find_mirror)
  [ -n "$mirror" ] || die "$EXIT_ENVIRONMENT" "this machine's apt sources name no mirror of its own release"
  say "making a minimal $suite (a few minutes)"
  mkdir -p "${file%/*}"
  # shellcheck disable=SC2154 # repository is set by common.sh
  retry "$repository/.cache/log/mmdebstrap.log" mmdebstrap --format=tar "$@" "$suite" "$file.$$" \
    "deb $mirror $suite main" "deb-src $mirror $suite main" ||
    die "$EXIT_ENVIRONMENT" "mmdebstrap could not make $suite; its last words are above"
  mv "$file.$$" "$file"
}

# unpack_root ARCHIVE DIRECTORY: and let it reach what this machine reaches.
unpack_root() {
  local file
  chmod 755 "$2"
  tar -C "$2" -xpf "$1"
  for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
    [ ! -e "$file" ] || { mkdir -p "$2${file%/*}" && cp --dereference "$file" "$2$file"; }
  done
}

# enter_root DIRECTORY online|offline USER COMMAND...: with the directory as its root, with /proc, /sys and /dev, in a mount namespace
# and a session of its own; offline, there is no network but loopback. By pivot_root(8), because in a chroot(8) the kernel refuses user
# namespaces; not in a PID namespace, because there is no counting by eBPF in one. The environment is the caller's: use env -i.
enter_root() {
  local root=$1 network=$2 user=$3 namespaces=(--mount)
  shift 3
  [ "$network" = online ] || namespaces+=(--net)
  # shellcheck disable=SC2016 # $1 and $@ are the inner shell's
  unshare "${namespaces[@]}" sh -ec '
    root=$1 user=$2 network=$3; shift 3
    [ "$network" = online ] || ip link set lo up
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    cd "$root"
    pivot_root . mnt
    cd /
    umount --lazy /mnt
    exec setsid --wait setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"' sh "$root" "$user" "$network" "$@" </dev/null
}
