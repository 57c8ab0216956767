// SPDX-License-Identifier: GPL-3.0-or-later

interface VersionParts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

function split(version: string): VersionParts {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const hyphen = rest.lastIndexOf("-");
  return hyphen < 0
    ? { epoch, upstream: rest, revision: "0" }
    : { epoch, upstream: rest.slice(0, hyphen), revision: rest.slice(hyphen + 1) };
}

/** `~` sorts before the end, letters before everything else. */
function weigh(character: string | undefined): number {
  if (character === "~") {
    return -1;
  }
  if (character === undefined || /\d/.test(character)) {
    return 0;
  }
  const code = character.codePointAt(0) ?? 0;
  return /[A-Za-z]/.test(character) ? code : code + 0x1_0000;
}

/** Numbers of any length: without leading zeros, the longer one is larger. */
function compareDigits(left: string, right: string): number {
  const [first, second] = [left.replace(/^0+/, ""), right.replace(/^0+/, "")];
  return first.length - second.length || (first < second ? -1 : first > second ? 1 : 0);
}

function compareNonDigits(left: string, right: string): number {
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = weigh(left[index]) - weigh(right[index]);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

function comparePart(left: string, right: string): number {
  let [first, second] = [left, right];
  while (first !== "" || second !== "") {
    const [textLeft = "", textRight = ""] = [/^\D*/.exec(first)?.[0], /^\D*/.exec(second)?.[0]];
    const [afterLeft, afterRight] = [first.slice(textLeft.length), second.slice(textRight.length)];
    const [digitsLeft = "", digitsRight = ""] = [/^\d*/.exec(afterLeft)?.[0], /^\d*/.exec(afterRight)?.[0]];
    const difference = compareNonDigits(textLeft, textRight) || compareDigits(digitsLeft, digitsRight);
    if (difference !== 0) {
      return difference;
    }
    [first, second] = [afterLeft.slice(digitsLeft.length), afterRight.slice(digitsRight.length)];
  }
  return 0;
}

/**
 * Compares two Debian versions as dpkg does (deb-version(7), Debian Policy 5.6.12): negative where the left one is older, 0 where
 * neither is (`1.0` and `1.00`). Any text is accepted; what is no version is compared by the same rules.
 */
export function compareVersions(left: string, right: string): number {
  const [first, second] = [split(left), split(right)];
  return (
    compareDigits(first.epoch, second.epoch) ||
    comparePart(first.upstream, second.upstream) ||
    comparePart(first.revision, second.revision)
  );
}
