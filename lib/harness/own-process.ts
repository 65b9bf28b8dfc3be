/** Sockets that our own process holds open, the ones of the HTTP client included. */
export function ownSockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}

/** Resident memory of our own process, in bytes: never a figure of the target. */
export function ownMemoryBytes(): number {
  return process.memoryUsage.rss();
}
