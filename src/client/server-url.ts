// SPDX-License-Identifier: GPL-3.0-or-later
import { UsageError } from "../errors.js";

/** The base of a server's addresses: it ends with a slash and has neither query nor password. Throws UsageError, which names the option, for what is none. */
export function parseServerUrl(text: string, option = "--server"): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new UsageError(`${option} ${text}: not a URL; it is of the form https://HOST/`, { cause });
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new UsageError(`${option} ${text}: a server is asked by https: or http:, not by ${url.protocol}`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new UsageError(`${option}: a URL of the form https://HOST/PATH/, without user, password, ? and #`);
  }
  return new URL(url.pathname.endsWith("/") ? url : `${url.href}/`);
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether what is sent there can be read on the way. */
export function isOpenToOthers({ protocol, hostname }: URL): boolean {
  return protocol !== "https:" && !LOOPBACK.test(hostname);
}
