// SPDX-License-Identifier: GPL-3.0-or-later

/** What a figure is called on its page, and how it is read. */
export interface FigureText {
  readonly title: string;
  readonly text: string;
}

const TEXTS: Readonly<Record<string, FigureText>> = {
  importance: {
    title: "API importance",
    text: "How many packages use each feature, and how many require it: what an operating system gains by having it. A package counts once, in its newest versions.",
  },
  comparison: {
    title: "Static, used, required",
    text: "For each package the system calls that its sources and its programs may make, those that its workload makes, and those that it cannot do without.",
  },
  "heat-map": {
    title: "Heat map of the call table",
    text: "The system call table by number: the stronger the colour of a square, the more packages require the call, or use it.",
  },
  "sub-features": {
    title: "Functions of calls",
    text: "Calls such as ioctl and fcntl are many functions in one: how many packages use and require each of them.",
  },
  "pseudo-files": {
    title: "Pseudo-files",
    text: "Files under /proc, /sys and /dev, and how many packages cannot do without them.",
  },
  impact: {
    title: "The price of avoiding a call",
    text: "Where stubbing or faking works, but changes memory, descriptors or speed significantly.",
  },
  support: {
    title: "Support plans",
    text: "For each operating system: what to implement, stub and fake in each step, and which packages run then.",
  },
  savings: {
    title: "Work that is saved",
    text: "System calls to implement until so many packages run: when every used call is implemented, and when only what is required is.",
  },
  versions: {
    title: "Versions side by side",
    text: "How many features each version of a package uses and requires.",
  },
  drift: {
    title: "Drift between versions",
    text: "Which features came and went, and which verdicts changed, from one version of a package to the next.",
  },
  libc: {
    title: "C libraries compared",
    text: "What the same program needs with different C libraries.",
  },
  outcomes: {
    title: "Outcomes of measurements",
    text: "What became of each measurement: analyzed, without tests, failing by itself, and so on, with the reason that is given most often.",
  },
  reasons: {
    title: "Why features are required",
    text: "What broke when a required feature was stubbed, and when it was faked.",
  },
};

/** What a figure is called, and how it is read. */
export function describeFigure(name: string): FigureText {
  const known = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
  return known ?? { title: name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " "), text: "" };
}
