# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What our Debian packages are built from. Sourced after common.sh, never run.

# copy_source DIRECTORY: what git knows of this checkout, with changes that are not committed yet (files that were deleted are left out),
# and node_modules.
copy_source() {
  local directory=$1
  mkdir -p "$directory"
  # shellcheck disable=SC2154 # repository is set by common.sh
  (
    cd "$repository" || exit
    git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
      [ ! -e "$file" ] || printf '%s\0' "$file"
    done | tar --null --files-from=- -cf - | tar -C "$directory" -xf -
    # By hard links, where that is the same file system. A symbolic link would put its target's path into the bundles.
    cp -al node_modules "$directory/" 2>/dev/null || { rm -rf "$directory/node_modules" && cp -a node_modules "$directory/"; }
  )
}
