/** `path.IsValidPathSegmentName`: what may stand between the slashes of a URL. */
export function isValidPathSegmentName(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%']
    .filter((each) => name.includes(each))
    .map((each) => `may not contain '${each}'`);
}
