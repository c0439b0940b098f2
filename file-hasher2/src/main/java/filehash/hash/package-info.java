/**
 * file-hasher2: hashes the objects in files/ and stores their rows in MySQL, exactly once.
 *
 * <p>{@link filehash.hash.Hasher} is the loop of an attempt. {@link filehash.hash.Lookahead} computes the hashes,
 * {@link filehash.hash.mysql} stores the rows, and {@link filehash.hash.job} is what they hand to each other.
 */
package filehash.hash;
