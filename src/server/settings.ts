// SPDX-License-Identifier: GPL-3.0-or-later

/** How much a server takes from whom. */
export interface ServerLimits {
  /** Requests of one address in a minute; all of an IPv6 network of 64 bits are one. */
  readonly requestsPerMinute: number;
  /** Manifests with one token in a minute. */
  readonly submissionsPerMinute: number;
  readonly largestManifestBytes: number;
  /** Connections at the same time; more are closed at once. */
  readonly connections: number;
}

/** How long a server waits for what, in milliseconds. */
export interface ServerTimeouts {
  /** For all headers of a request. */
  readonly headers: number;
  /** For a whole request. */
  readonly request: number;
  /** For anything at all to come or go. */
  readonly idle: number;
  /** For a reply to be found. */
  readonly handler: number;
  /** For requests to end when the server is told to. */
  readonly stop: number;
  /** For another writer of an SQLite file. */
  readonly lock: number;
}

/** Everything that may differ between servers. */
export interface ServerSettings {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Addresses and networks (CIDR) of proxies whose X-Forwarded-For is believed; none: connections are the clients' own. */
  readonly trustedProxies: readonly string[];
  readonly limits: ServerLimits;
  readonly timeouts: ServerTimeouts;
}

export const DEFAULT_LIMITS: ServerLimits = {
  requestsPerMinute: 600,
  submissionsPerMinute: 120,
  largestManifestBytes: 4 * 1024 * 1024,
  connections: 1000,
};

export const DEFAULT_TIMEOUTS: ServerTimeouts = {
  headers: 10_000,
  request: 60_000,
  idle: 30_000,
  handler: 20_000,
  stop: 10_000,
  lock: 3_000,
};

export const DEFAULT_ADDRESS = { host: "127.0.0.1", port: 8427 } as const;
