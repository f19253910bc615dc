/** Addresses of 127.0.0.0/8 for a `TcpProxy`: many phones, each with limits of its own. */

/** @returns another one at each call */
export function manyAddresses(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `127.1.${(count >> 8) & 255}.${count & 255}`;
  };
}
