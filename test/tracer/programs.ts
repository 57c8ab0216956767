// SPDX-License-Identifier: GPL-3.0-or-later
// Real programs whose calls the tracer must record exactly as strace sees them.

export interface RealProgram {
  name: string;
  /** A shell script, run in an empty directory of its own that holds `files`. */
  script: string;
  files?: Record<string, string>;
  /** Test programs (tracer/test) that it needs, reachable as $PROGRAMS/NAME. */
  fixtures?: string[];
  /**
   * One thread in every process, and nothing that depends on the clock or on who comes first: then every run makes the
   * same calls equally often. The others are compared by what all their runs have in common.
   */
  deterministic: boolean;
  /** Executables that are not compared, because strace changes who comes first. */
  unsteady?: string[];
  /** Paths without which the comparison is skipped. */
  needs?: string[];
}

const C_SOURCE = `#include <stdio.h>
int main(int argc, char **argv) { (void)argv; printf("%d\\n", argc * argc); return 0; }
`;

const LINES = Array.from({ length: 4000 }, (_, index) => `${(index * 7919) % 4001} line`).join("\n");

const PERL = `#!/usr/bin/perl
use strict; use warnings; use File::Temp; use POSIX qw(:sys_wait_h);
my $file = File::Temp->new(); print $file "x" x 5000; close $file;
my %count; open(my $in, "<", "lines"); $count{length}++ while <$in>;
print join(",", map { "$_=$count{$_}" } sort keys %count), "\\n";
system("/bin/true") == 0 or die; print \`echo from-shell\`;
`;

const PYTHON = `#!/usr/bin/python3
import json, os, subprocess, socket, tempfile
with tempfile.TemporaryDirectory() as directory:
    with open(os.path.join(directory, "file"), "w") as file: json.dump({"a": [1, 2]}, file)
    print(sorted(os.listdir(directory)), subprocess.run(["/bin/echo", "hi"]).returncode)
left, right = socket.socketpair(); left.sendall(b"x"); print(right.recv(1))
`;

// The first line of the server's output comes when it listens; the client reads it from a named pipe, so nobody polls.
const SERVER = `mkfifo log
/usr/bin/python3 -u -m http.server 0 --bind 127.0.0.1 > log 2> requests &
server=$!
read -r line < log
port=\${line#*port }; port=\${port%% *}
/usr/bin/python3 -c 'import sys, urllib.request; print(len(urllib.request.urlopen("http://127.0.0.1:" + sys.argv[1] + "/lines").read()))' $port
kill $server
wait $server || true
`;

export const REAL_PROGRAMS: RealProgram[] = [
  {
    name: "tar",
    script: "tar -cf archive.tar lines main.c && mkdir out && tar -C out -xf archive.tar && tar -tf archive.tar",
    deterministic: true,
  },
  { name: "gzip", script: "gzip -k lines && gzip -dc lines.gz | cmp - lines", deterministic: true },
  {
    name: "sort",
    script: "sort --parallel=1 -n lines > sorted && sort -c -n sorted && sort -u lines > unique && wc -l unique",
    deterministic: true,
  },
  { name: "a perl script", script: "./script.pl", deterministic: true, needs: ["/usr/bin/perl"] },
  { name: "a python script", script: "./script.py", deterministic: true, needs: ["/usr/bin/python3"] },
  {
    name: "a shell script",
    script: `for word in a b c; do echo "$word" | tr a-z A-Z; done; (cd / && ls > /dev/null); test -e lines; date > now; sed -n 3p lines`,
    deterministic: true,
  },
  { name: "a compile with gcc", script: "gcc -O1 -o main main.c && ./main x y", deterministic: true },
  { name: "a threaded program", script: '"$PROGRAMS/threads" 8 20', fixtures: ["threads"], deterministic: false },
  {
    name: "xz with threads",
    script: "xz -k -T2 --block-size=8192 lines",
    deterministic: false,
    needs: ["/usr/bin/xz"],
  },
  {
    name: "a server and its client",
    script: SERVER,
    deterministic: false,
    // Whether the shell still has to wait for the server that it has killed, and what it says of its end.
    unsteady: ["/usr/bin/dash"],
    needs: ["/usr/bin/python3"],
  },
  {
    name: "a static musl program",
    script: '"$PROGRAMS/spawn-musl" vfork "$PROGRAMS/interposed-musl" x',
    fixtures: ["spawn-musl", "interposed-musl"],
    deterministic: true,
  },
  {
    name: "exec from a thread",
    script: '"$PROGRAMS/spawn" thread "$PROGRAMS/interposed" x',
    fixtures: ["spawn", "interposed"],
    deterministic: false,
  },
  {
    name: "git",
    script:
      "git init -q . && git add lines main.c && git -c user.name=a -c user.email=b commit -qm c && git log --oneline | wc -l && git status --short",
    deterministic: false,
    needs: ["/usr/bin/git"],
  },
  { name: "make", script: "make -s all && make -s all", deterministic: true, needs: ["/usr/bin/make"] },
];

/** The files that every program finds in its directory. */
export const FILES: Record<string, { content: string; mode?: number }> = {
  lines: { content: `${LINES}\n` },
  "main.c": { content: C_SOURCE },
  "script.pl": { content: PERL, mode: 0o755 },
  "script.py": { content: PYTHON, mode: 0o755 },
  Makefile: { content: "all: upper\nupper: lines\n\ttr a-z A-Z < lines > upper\n\techo done\n" },
};
