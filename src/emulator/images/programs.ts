/** Programs that several images have in common. */
export const shells = ['sh', 'bash'];
export const coreutils = [
  'ls', 'cat', 'echo', 'printf', 'env', 'head', 'tail', 'wc', 'sort', 'uniq', 'cut', 'tr', 'tee', 'sleep', 'true', 'false',
  'pwd', 'mkdir', 'rm', 'cp', 'mv', 'touch', 'chmod', 'ln', 'date', 'whoami', 'id', 'uname', 'seq', 'basename', 'dirname',
  'hostname', 'base64', 'rev', 'tac', 'nl', 'yes', 'readlink',
];
export const text = ['grep', 'egrep', 'sed', 'awk', 'find', 'xargs', 'diff'];
export const system = ['ps', 'kill', 'clear', 'which', 'test', 'sudo', 'watch', 'less', 'more'];
export const network = ['ip', 'ping', 'curl', 'wget', 'nc', 'nslookup', 'dig', 'host', 'getent'];
export const rules = ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables'];
