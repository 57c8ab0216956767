# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What the tests share: a reader of manifests, which needs no more than the packages themselves depend on. Sourced, never run.

# field FILE EXPRESSION: a value of a manifest m, as text.
field() {
	node -e 'const m = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
		console.log(String(eval(process.argv[2])));' "$1" "$2"
}

# expect FILE EXPRESSION VALUE
expect() {
	value=$(field "$1" "$2")
	if [ "$value" != "$3" ]; then
		echo "$1: $2 is '$value', not '$3'" >&2
		exit 1
	fi
	echo "ok: $2 is $3"
}
