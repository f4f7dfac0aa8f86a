/** Usages and fixed texts of wg. */
export const usage = `Usage: wg <cmd> [<args>]

Available subcommands:
  show: Shows the current configuration and device information
  showconf: Shows the current configuration of a given WireGuard interface, for use with \`setconf'
  set: Change the current configuration, add peers, remove peers, or change peers
  setconf: Applies a configuration file to a WireGuard interface
  addconf: Appends a configuration file to a WireGuard interface
  syncconf: Synchronizes a configuration file to a WireGuard interface
  genkey: Generates a new private key and writes it to stdout
  genpsk: Generates a new preshared key and writes it to stdout
  pubkey: Reads a private key from stdin and writes a public key to stdout
You may pass \`--help' to any of these subcommands to view usage.
`;

export const showUsage =
  'Usage: wg show { <interface> | all | interfaces } [public-key | private-key | listen-port | ' +
  'fwmark | peers | preshared-keys | endpoints | allowed-ips | latest-handshakes | transfer | ' +
  'persistent-keepalive | dump]\n';

export const setUsage =
  'Usage: wg set <interface> [listen-port <port>] [fwmark <mark>] [private-key <file path>] ' +
  '[peer <base64 public key> [remove] [preshared-key <file path>] [endpoint <ip>:<port>] ' +
  '[persistent-keepalive <interval seconds>] ' +
  '[allowed-ips <ip1>/<cidr1>[,<ip2>/<cidr2>]...] ]...\n';
