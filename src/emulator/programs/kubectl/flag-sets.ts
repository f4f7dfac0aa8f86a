/** Flags that many commands share, in the form of `defineFlags`. */
export const printFlags =
  "allow-missing-template-keys=true -o|output='' show-managed-fields=false template=''";
export const fileFlags = "-f|filename=[] -k|kustomize='' -R|recursive=false";
export const selectorFlag = "-l|selector=''";
export const dryRunFlag = "dry-run='none'";
export const namespacesFlag = '-A|all-namespaces=false';
