/** Hashes of chain names; they lie with the API's machinery, which needs them as well. */
export { base32, sha256 } from '../apimachinery/sha256.ts';
